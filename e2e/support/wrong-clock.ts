/** Preloaded (`node --import`): this process's clock is as many milliseconds ahead as WRONG_CLOCK says. */
const ahead = Number(process.env['WRONG_CLOCK'])
const now = Date.now
const RightDate = Date
Date.now = () => now() + ahead
globalThis.Date = new Proxy(RightDate, {
  construct: (target, given: readonly unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now() + ahead] : given, newTarget),
})
