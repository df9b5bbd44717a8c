import { type OwnStack, type Person, PostgresCluster, startStack } from '../../mattermost/index.ts';

/** A Mattermost with the plugin on a PostgreSQL of its own: both may be stopped, frozen and killed. */
export class Site {
  readonly postgres: PostgresCluster;
  readonly stack: OwnStack;
  readonly team: string;
  readonly person: Person;

  private constructor(postgres: PostgresCluster, stack: OwnStack, team: string, person: Person) {
    this.postgres = postgres;
    this.stack = stack;
    this.team = team;
    this.person = person;
  }

  static async open(): Promise<Site> {
    const bin = process.env.LIVESTATUS_POSTGRES_BIN;
    // The machine's own PostgreSQL serves others: it is never touched.
    if (bin === undefined) throw new Error('no PostgreSQL of our own: run this through `make chaos`');
    const postgres = await PostgresCluster.start(bin);
    try {
      const stack = await startStack({ postgres });
      const team = await stack.workspace.team();
      return new Site(postgres, stack, team, await stack.workspace.user([team]));
    } catch (error) {
      await postgres.dispose();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    try {
      await this.stack.dispose();
    } finally {
      await this.postgres.dispose();
    }
  }
}
