/** Interim. */
export type LabelOverrides = Readonly<Record<string, unknown>>;
