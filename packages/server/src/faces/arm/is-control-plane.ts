const FIRST = /^\/(subscriptions|tenants|providers|metadata\/endpoints|adfs)([/?]|$)/i

/** Whether a request's target is of Azure's control plane; its paths are the same in upper and lower case. */
export function isControlPlane(target: string): boolean {
  return FIRST.test(target)
}
