import { type Command, Argument } from "commander";
import type { CommandContext } from "../commands/command-context.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** What may follow some words: names of commands, and options. */
type Place = { readonly words: string; readonly next: readonly string[] };

/** Adds `completion`: a script by which a shell completes commands and options. */
export function addCompletion(program: Command, { output }: CommandContext): void {
  program
    .command("completion")
    .description("a script by which your shell completes commands and options: source <(volley completion bash)")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => {
      const places = placesOf(program, "");
      output.write(shell === "fish" ? fishScript(places) : shell === "zsh" ? zshScript(places) : bashScript(places));
    });
}

/** Every command, and the commands below it, by the words before them. */
function placesOf(command: Command, words: string): Place[] {
  const options = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => (long ? [long] : []));
  const below = command.commands;
  const own = { words, next: [...below.map((each) => each.name()), ...options, "--help"] };
  return [own, ...below.flatMap((each) => placesOf(each, `${words} ${each.name()}`.trim()))];
}

/** Options are offered where one is begun, so that files are where a command takes one. The words of a command line that name commands are looked up one by one: what is no command is an argument or a value. */
function lookUp(places: readonly Place[]): string {
  return `_volley_next() {
  case "$1" in
${places.map(({ words, next }) => `    "${words}") echo "${next.join(" ")}" ;;`).join("\n")}
  esac
}
_volley_place() {
  local place="" next word
  for word in "$@"; do
    case "$word" in -*) continue ;; esac
    next="$place\${place:+ }$word"
    [ -n "$(_volley_next "$next")" ] && place="$next"
  done
  _volley_next "$place"
}`;
}

function bashScript(places: readonly Place[]): string {
  return `${lookUp(places)}
_volley() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  local next="$(_volley_place "\${COMP_WORDS[@]:1:COMP_CWORD-1}")"
  case "$current" in -*) ;; *) next="$(printf '%s\\n' $next | grep -v '^-')" ;; esac
  COMPREPLY=($(compgen -W "$next" -- "$current"))
}
complete -o default -F _volley volley
`;
}

function zshScript(places: readonly Place[]): string {
  return `#compdef volley
${lookUp(places)}
_volley() {
  local -a next
  next=(\${=$(_volley_place "\${(@)words[2,CURRENT-1]}")})
  [[ "$PREFIX" == -* ]] || next=(\${next:#-*})
  (( $#next )) && compadd -- $next || _files
}
(( $+functions[compdef] )) && compdef _volley volley
`;
}

function fishScript(places: readonly Place[]): string {
  return `function __volley_next
  switch "$argv"
${places.map(({ words, next }) => `    case "${words}"\n      printf '%s\\n' ${next.join(" ")}`).join("\n")}
  end
end
function __volley_place
  set -l place
  for word in (commandline -opc)[2..-1]
    if not string match -q -- '-*' $word; and test -n "$(__volley_next $place $word)"
      set -a place $word
    end
  end
  __volley_next $place
end
complete -c volley -a '(__volley_place)'
`;
}
