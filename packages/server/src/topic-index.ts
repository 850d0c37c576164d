import type { Topic } from './stores/metadata/port/changes.ts'

/** Which keys stand on which topics. */
export type TopicIndex<Key> = {
  readonly add: (topic: Topic, key: Key) => void
  readonly remove: (topic: Topic, key: Key) => void
  readonly keys: (topic: Topic) => readonly Key[]
  readonly clear: () => void
}

/** Most topics have one key, as each credential has its own: only where a second one comes is a set made for them. */
export function createTopicIndex<Key>(): TopicIndex<Key> {
  const single = new Map<Topic, Key>()
  const many = new Map<Topic, Set<Key>>()

  return {
    add(topic, key) {
      const set = many.get(topic)
      if (set !== undefined) {
        set.add(key)
        return
      }
      const first = single.get(topic)
      if (first === undefined || first === key) {
        single.set(topic, key)
        return
      }
      single.delete(topic)
      many.set(topic, new Set([first, key]))
    },
    remove(topic, key) {
      if (single.get(topic) === key) single.delete(topic)
      const set = many.get(topic)
      set?.delete(key)
      if (set?.size === 0) many.delete(topic)
    },
    keys(topic) {
      const first = single.get(topic)
      return first === undefined ? [...(many.get(topic) ?? [])] : [first]
    },
    clear() {
      single.clear()
      many.clear()
    },
  }
}
