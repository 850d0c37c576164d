import type { PullCountReader, PullCounts } from '../port/pull-counts.ts'
import type { Session } from '../session.ts'

type Row = { readonly window_start: number; readonly pulls: number }

const OF = 'SELECT window_start, pulls FROM pull_count WHERE subject = ?'

export function pullCountReader(session: Session): PullCountReader {
  return {
    async of(subject) {
      const [row] = await session.hot<Row>(OF, subject)
      return row === undefined ? undefined : countOf(row)
    },
  }
}

export function pullCounts(session: Session): PullCounts {
  const { query } = session
  return {
    ...pullCountReader(session),
    async take(subject, { limit, now, after }) {
      const row = await session.first(
        query
          .insertInto('pull_count')
          .values({ subject, window_start: now, pulls: 1 })
          .onConflict((conflict) =>
            conflict
              .column('subject')
              .doUpdateSet((old) => ({
                pulls: old
                  .case()
                  .when('pull_count.window_start', '<=', after)
                  .then(1)
                  .else(old('pull_count.pulls', '+', 1))
                  .end(),
                window_start: old
                  .case()
                  .when('pull_count.window_start', '<=', after)
                  .then(now)
                  .else(old.ref('pull_count.window_start'))
                  .end(),
              }))
              .where((old) =>
                old.or([old('pull_count.window_start', '<=', after), old('pull_count.pulls', '<', limit)]),
              ),
          )
          .returning(['window_start', 'pulls']),
      )
      return row === undefined ? undefined : countOf(row)
    },
    deleteUpTo: (windowStart) =>
      session.run(query.deleteFrom('pull_count').where('window_start', '<=', windowStart)),
  }
}

function countOf({ window_start: windowStart, pulls }: Row) {
  return { windowStart, pulls }
}
