/** One line of the table. */
export interface Result {
  readonly name: string;
  readonly figure: string;
  /** Absent: reported only. */
  readonly budget?: string;
  readonly passed?: boolean;
}

/** A figure that is told and not judged. */
export function told(name: string, figure: string, budget?: string): Result {
  return { name, figure, ...(budget !== undefined && { budget }) };
}

export function atLeast(name: string, value: number, budget: number): Result {
  return { name, figure: value.toFixed(2), budget: `>= ${budget}`, passed: value >= budget };
}

export function atMost(name: string, value: number, budget: number, unit: string): Result {
  const digits = value < 10 ? 2 : 0;
  return {
    name,
    figure: `${value.toFixed(digits)} ${unit}`.trim(),
    budget: `<= ${budget} ${unit}`.trim(),
    passed: value <= budget,
  };
}

export function nothingWrong(name: string, wrong: readonly string[]): Result {
  const [first] = wrong;
  const figure = first === undefined ? 'all exact' : `${wrong.length} wrong, first: ${first}`;
  return { name, figure, budget: 'all exact', passed: first === undefined };
}

export function table(results: readonly Result[]): string {
  const rows = results.map(({ name, figure, budget = '', passed }) => [name, figure, budget, verdict(passed)]);
  const all = [['what', 'figure', 'budget', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function verdict(passed: boolean | undefined): string {
  return passed === undefined ? '' : passed ? 'ok' : 'MISSED';
}
