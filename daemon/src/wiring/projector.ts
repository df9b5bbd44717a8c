import type { Project } from '../pipeline/live-sessions.ts';
import type { LabelOverrides } from '../publish/labels.ts';
import type { PrivacyLevel } from '../publish/privacy.ts';
import { projectSession } from '../publish/project.ts';
import type { Route } from '../turns/turn.ts';

export interface ProjectorOptions {
  readonly daemonId: string;
  readonly privacy: (route: Route) => PrivacyLevel;
  readonly labels?: LabelOverrides;
}

/** Binds the projection to one daemon and one surface. The dashboard's sessions want no post. */
export function projector(options: ProjectorOptions): Project {
  return (turn, { seq, asOfMs }) =>
    projectSession(turn, {
      daemonId: options.daemonId,
      level: options.privacy(turn.route),
      seq,
      asOfMs,
      post: 'none',
      ...(options.labels !== undefined && { labels: options.labels }),
    });
}
