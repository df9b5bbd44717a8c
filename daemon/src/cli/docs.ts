import { FAILURES } from '../errors.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { optionRows, usageLine } from './help.ts';

/** docs/cli.md. */
export function cliMarkdown(): string {
  const commands = COMMANDS.map((command) =>
    [
      `## livestatus ${command.name}`,
      `${command.summary}.`,
      `\`\`\`\n${usageLine(command).replace('Usage: ', '')}\n\`\`\``,
      ...command.description,
      table(
        ['Option', 'What it does'],
        optionRows(command).map(([name, text]) => [`\`${name}\``, text]),
      ),
      command.examples.map(({ line, text }) => `- \`${line}\`: ${text}`).join('\n'),
    ].join('\n\n'),
  );
  return `${[
    '# Command line',
    '<!-- Generated from daemon/src/cli by "node scripts/config-docs.ts". Do not edit. -->',
    'Results go to stdout, everything else to stderr. `livestatus COMMAND --help` says the same as this page.',
    ...commands,
    '## Exit codes',
    table(['Code', 'Meaning'], Object.entries(EXIT_CODES)),
    '## Failures',
    'What can stop a command. The code stands in brackets behind the message on stderr.',
    table(
      ['Code', 'Exit code', 'What to do'],
      Object.entries(FAILURES).map(([code, { exitCode, action }]) => [`\`${code}\``, String(exitCode), action]),
    ),
  ].join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
