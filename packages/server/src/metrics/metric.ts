/**
 * One metric as Prometheus reads it.
 * @param values what follows the name: a suffix, labels and a number
 */
export function metric(name: string, type: string, help: string, values: readonly string[]): string {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...values.map((value) => name + value),
    '',
  ].join('\n')
}
