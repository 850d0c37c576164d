import { Option, type Command } from 'commander'

/** `--org`, and `--registry` for those who come from az: what is said in az's words is answered in az's tables. */
export function withOrganization(command: Command): Command {
  return (
    command
      .option('--org <name>', 'the organization (or WHARDEN_ORG)')
      .addOption(
        new Option('-r, --registry <name>', 'the same, as az says it').argParser(azuresName).conflicts('org'),
      )
      // az takes it as well, and finds a registry by its name alone where it is left out: so do we, always.
      .addOption(new Option('-g, --resource-group <name>').hideHelp())
  )
}

/** az takes a registry's name in any case, and by its whole host: `MyRegistry`, `myregistry.azurecr.io`. */
export function azuresName(text: string): string {
  return (text.split('.', 1)[0] ?? text).toLowerCase()
}
