import { openTcpLine, type TcpLine } from '../../support/tcp-line.ts'

/** A replica's way to its PostgreSQL, by a wire that a test can silence. */
export async function openDatabaseLine(databaseUrl: string): Promise<TcpLine & { readonly url: string }> {
  const url = new URL(databaseUrl)
  const line = await openTcpLine({ path: `${url.searchParams.get('host')}/.s.PGSQL.5432` })
  return { ...line, url: `postgresql://postgres@127.0.0.1:${line.port}${url.pathname}` }
}
