/** Something wrong, or doubtful, about one variable. `message` says what was expected and holds no secret. */
export interface ConfigProblem {
  /** The variable's name, or `PATH:LINE` of the environment file. */
  readonly name: string;
  readonly message: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;
