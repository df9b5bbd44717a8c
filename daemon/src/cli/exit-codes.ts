/** What the program's exit codes mean. `Failure` codes lead to them (`errors.ts`); docs/cli.md and --help show this table. */
export const EXIT_CODES = {
  0: 'Everything went well. A daemon that was asked to stop (SIGTERM, Ctrl-C) ends with it too.',
  1: 'Something failed while running; `doctor`: a check failed.',
  2: 'The command line, the configuration or a recording is not right. Trying again does not help.',
  3: "The dashboard's address cannot be used: the port is taken, or the address is not of this machine.",
  4: 'Another daemon uses the state directory.',
  130: 'Ended by a second Ctrl-C (or SIGTERM) before everything was put away.',
} as const;

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_FORCED = 130;
