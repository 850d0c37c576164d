/** For stacks of what is to be closed. */
export async function close(open: { readonly close: () => Promise<void> }): Promise<void> {
  await open.close()
}
