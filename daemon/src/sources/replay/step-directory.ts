import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FileSystem, nodeFileSystem } from '../openclaw-jsonl/file-system.ts';
import type { JsonlStep } from './jsonl-steps.ts';

/** Cuts the bytes of an append where a reader may see it end: offsets, ascending. */
export type CutAppend = (data: Buffer) => readonly number[];

/** What a write leaves beside the file before it takes its place; watchers do not know the name. */
const TEMPORARY = '.step.tmp';

/**
 * A real directory that steps are applied to. Its file system is the machine's own, except that watchers are told of each
 * step at once and in order, so that a replay does not depend on the machine's timing.
 */
export class StepDirectory {
  readonly agents: string;
  readonly fs: FileSystem;
  readonly #watchers = new Map<string, Set<(name: string) => void>>();

  /** Makes `agents/` in `directory`. */
  constructor(directory: string) {
    this.agents = join(directory, 'agents');
    mkdirSync(this.agents, { recursive: true });
    this.fs = { ...nodeFileSystem, watch: (watched, onChange) => this.#watch(watched, onChange) };
  }

  /** `cut`: an append is done piece by piece, each of them seen. */
  apply(step: JsonlStep, cut: CutAppend = () => []): void {
    const path = join(this.agents, step.path);
    switch (step.op) {
      case 'write':
        this.#makeDirectory(dirname(path));
        writeFileSync(`${path}${TEMPORARY}`, step.data);
        renameSync(`${path}${TEMPORARY}`, path);
        this.#tell(path);
        break;
      case 'append':
        this.#makeDirectory(dirname(path));
        this.#append(path, Buffer.from(step.data), cut);
        break;
      case 'rename': {
        const to = join(this.agents, step.to);
        this.#makeDirectory(dirname(to));
        renameSync(path, to);
        this.#tell(path);
        this.#tell(to);
        break;
      }
      case 'delete':
        rmSync(path, { force: true });
        this.#tell(path);
        break;
    }
  }

  #append(path: string, data: Buffer, cut: CutAppend): void {
    let from = 0;
    for (const to of [...cut(data), data.length]) {
      appendFileSync(path, data.subarray(from, to));
      from = to;
      this.#tell(path);
    }
  }

  #makeDirectory(directory: string): void {
    if (this.fs.stat(directory) !== undefined) return;
    this.#makeDirectory(dirname(directory));
    mkdirSync(directory);
    this.#tell(directory);
  }

  #watch(directory: string, onChange: (name: string) => void): () => void {
    const watchers = this.#watchers.get(directory) ?? new Set();
    this.#watchers.set(directory, watchers.add(onChange));
    return () => watchers.delete(onChange);
  }

  #tell(path: string): void {
    const name = path.slice(dirname(path).length + 1);
    for (const onChange of [...(this.#watchers.get(dirname(path)) ?? [])]) onChange(name);
  }
}
