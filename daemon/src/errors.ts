/**
 * What can stop the daemon or a command, as a person meets it: on stderr with an exit code. Errors of the HTTP API stand in
 * the contract (`x-error-codes`). docs/cli.md is generated from this table.
 */
export const FAILURES = {
  unknown_command: { exitCode: 2, action: 'Run "livestatus --help" for the commands.' },
  invalid_usage: { exitCode: 2, action: 'Run the command with --help for its options.' },
  invalid_config: { exitCode: 2, action: 'Correct the variables that are named; docs/configuration.md explains each.' },
  env_file_unreadable: { exitCode: 2, action: 'Check the path given to --env-file and its permissions.' },
  path_not_found: { exitCode: 2, action: 'Check the path; recordings are .jsonl files or folders with a steps.jsonl.' },
  not_a_recording: {
    exitCode: 2,
    action: 'Give a gateway recording (.jsonl of frames) or a folder with a steps.jsonl.',
  },
  file_exists: { exitCode: 2, action: 'Choose another name, or add --force to overwrite it.' },
  path_not_writable: { exitCode: 2, action: 'Choose a path in a directory that this user may write to.' },
  port_taken: { exitCode: 3, action: 'Stop the other program, or set HEALTH_PORT to a free port.' },
  address_unusable: {
    exitCode: 3,
    action: 'Set HEALTH_HOST to an address of this machine and HEALTH_PORT above 1023.',
  },
  state_locked: { exitCode: 4, action: 'Stop the other daemon, or set STATE_DIR to a directory of its own.' },
  output_failed: { exitCode: 1, action: 'Check the disk or the program that the output goes to.' },
  internal: { exitCode: 1, action: 'This is a bug: report it with the output of "livestatus doctor --json".' },
} as const satisfies Record<string, { exitCode: number; action: string }>;

export type FailureCode = keyof typeof FAILURES;

/** A failure that a person can do something about. `message` names the thing, what came and what was expected. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return FAILURES[this.code].exitCode;
  }

  /** What to do about it, one sentence. */
  get action(): string {
    return FAILURES[this.code].action;
  }
}
