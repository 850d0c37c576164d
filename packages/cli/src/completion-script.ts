import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A place in the tree of commands (`org create`) and the words that may follow there. */
type Place = { readonly path: string; readonly words: readonly string[] }

/** Writes a completion script out of the program itself, commands that were added to it included. */
export function completionScript(root: Command, shell: Shell): string {
  const name = root.name()
  const everywhere = optionWords(root)
  const places = placesBelow(root, '').map(({ path, words }) => ({ path, words: [...words, ...everywhere] }))
  return SCRIPTS[shell](name, places)
}

/** Of an option with two long names commander calls the first its short one. */
function optionWords(command: Command): readonly string[] {
  const shown = command.options.filter(({ hidden }) => !hidden)
  return shown.flatMap(({ short, long }) => [short, long].filter(isLong))
}

function isLong(name: string | null | undefined): name is string {
  return name?.startsWith('--') === true
}

function placesBelow(command: Command, path: string): readonly Place[] {
  const children = command.commands
  const words = [
    ...children.map((child) => child.name()),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ...(command.parent === null ? [] : optionWords(command)),
  ]
  const below = children.flatMap((child) =>
    placesBelow(child, path === '' ? child.name() : `${path} ${child.name()}`),
  )
  return [{ path, words }, ...below]
}

const SCRIPTS: Readonly<Record<Shell, (name: string, places: readonly Place[]) => string>> = {
  bash: (name, places) => `# bash completion for ${name}
_${name}() {
  local word place='' words='' known=' ${paths(places)} '
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$known" in *" \${place:+\${place}_}$word "*) place="\${place:+\${place}_}$word" ;; esac
  done
  case "$place" in
${cases(places)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${name} ${name}
`,
  zsh: (name, places) => `#compdef ${name}
_${name}() {
  local word place='' candidates='' known=' ${paths(places)} '
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$known" in *" \${place:+\${place}_}$word "*) place="\${place:+\${place}_}$word" ;; esac
  done
  case "$place" in
${cases(places).replaceAll('words=', 'candidates=')}
  esac
  compadd -- \${=candidates}
  _files
}
compdef _${name} ${name}
`,
  fish: (name, places) => `# fish completion for ${name}
function __${name}_words
  set -l known ${places.map(({ path }) => `'${key(path)}'`).join(' ')}
  set -l place ''
  for word in (commandline -opc)[2..-1]
    set -l next $word
    test -n "$place"; and set next "$place"_"$word"
    contains -- $next $known; and set place $next
  end
  switch "$place"
${places.map(({ path, words }) => `    case '${key(path)}'\n      printf '%s\\n' ${words.join(' ')}`).join('\n')}
  end
end
complete -c ${name} -a '(__${name}_words)'
`,
}

function key(path: string): string {
  return path.replaceAll(' ', '_')
}

function paths(places: readonly Place[]): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => key(path))
    .join(' ')
}

function cases(places: readonly Place[]): string {
  return places.map(({ path, words }) => `    '${key(path)}') words='${words.join(' ')}' ;;`).join('\n')
}
