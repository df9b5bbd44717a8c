import type { LinkHealth, Session } from '@livestatus/contract';
import {
  CollapsedWidget,
  DockedWidget,
  EmptyState,
  HealthBanner,
  RecentRow,
  SessionCard,
  Skeleton,
  StatusBox,
  Timeline,
  Widget,
} from '@livestatus/ui';
import * as samples from '@livestatus/ui/samples';
import * as React from 'react';

const anchor = samples.sampleAnchor();
const anchorOf = () => anchor;
const nothing = () => undefined;
const LINKS: LinkHealth[] = [
  {
    name: 'openclaw-jsonl',
    state: 'failed',
    code: 'no_transcripts',
    reason:
      'No transcripts in ~/.openclaw/agents: this OpenClaw keeps its sessions in SQLite. Set OPENCLAW_GATEWAY_URL.',
    since_ms: 0,
  },
  { name: 'mattermost-plugin', state: 'degraded', code: 'slow', reason: 'The plugin answers slowly.', since_ms: 0 },
];

/** `#boxes`, `#widgets`...: one part alone, for a picture of it. */
export function Gallery(): React.ReactElement {
  const only = window.location.hash.slice(1);
  const parts = Object.entries(PARTS).filter(([name]) => only === '' || name === only);
  return (
    <main className="Gallery">
      {parts.map(([name, Part]) => (
        <Part key={name} />
      ))}
    </main>
  );
}

const PARTS: Readonly<Record<string, () => React.ReactElement>> = {
  boxes: Boxes,
  ended: Ended,
  stress: Stress,
  panel: Panel,
  widgets: Widgets,
  timelines: Timelines,
  feedback: Feedback,
};

function Shown({ name, children }: { name: string; children: React.ReactNode }): React.ReactElement {
  return (
    <section className="Gallery__part">
      <h2 className="Gallery__name">{name}</h2>
      {children}
    </section>
  );
}

function Post({ session, expanded }: { session: Session; expanded?: boolean }): React.ReactElement {
  return (
    <div className="Gallery__post">
      <StatusBox session={session} anchor={anchor} expanded={expanded} />
    </div>
  );
}

function Boxes(): React.ReactElement {
  const active = samples.allStates().filter((session) => session.status === 'active');
  return (
    <>
      {active.map((session) => (
        <Shown key={session.id} name={session.id}>
          <Post session={session} />
        </Shown>
      ))}
      <Shown name="working, folded">
        <Post session={samples.workingSession()} expanded={false} />
      </Shown>
    </>
  );
}

function Ended(): React.ReactElement {
  const ended = samples.allStates().filter((session) => session.status !== 'active');
  return (
    <>
      <Shown name="folded">
        {ended.map((session) => (
          <Post key={session.id} session={session} />
        ))}
      </Shown>
      <Shown name="opened">
        {ended.map((session) => (
          <Post key={session.id} session={session} expanded />
        ))}
      </Shown>
    </>
  );
}

function Stress(): React.ReactElement {
  return (
    <>
      <Shown name="hostile texts">
        <StatusBox session={samples.hostileSession()} anchor={anchor} heading="agent" place="channel x" />
      </Shown>
      <Shown name="500 steps">
        <Post session={samples.longSession(500)} />
      </Shown>
    </>
  );
}

function Panel(): React.ReactElement {
  const cards = [samples.workingSession(), samples.approvalSession(), samples.plannedSession()];
  const places = ['~town-square', 'releases (private)', 'Direct message'];
  const recent = [
    samples.doneSession(),
    samples.failedSession(),
    samples.stoppedSession(),
    samples.interruptedSession(),
  ];
  return (
    <Shown name="panel">
      <div className="Gallery__panel">
        {cards.map((session, index) => (
          <SessionCard
            key={session.id}
            session={session}
            anchor={anchor}
            place={places[index] ?? ''}
            onOpen={nothing}
          />
        ))}
        <div>
          {recent.map((session) => (
            <RecentRow key={session.id} session={session} anchor={anchor} onOpen={nothing} />
          ))}
        </div>
      </div>
    </Shown>
  );
}

const HANDLE = {
  onPointerDown: nothing,
  onPointerMove: nothing,
  onPointerUp: nothing,
  onPointerCancel: nothing,
  onClickCapture: nothing,
  onKeyDown: nothing,
};

function Widgets(): React.ReactElement {
  const several = [samples.workingSession(), samples.approvalSession(), samples.plannedSession()];
  const widget = (sessions: readonly Session[], selectedId?: string) => (
    <Widget
      sessions={sessions}
      selectedId={selectedId}
      anchorOf={anchorOf}
      placeOf={() => '~town-square'}
      handle={HANDLE}
      onSelect={nothing}
      onCollapse={nothing}
      onOpenThread={nothing}
    />
  );
  return (
    <>
      <Shown name="widget">{widget([samples.workingSession()])}</Shown>
      <Shown name="several sessions">{widget(several, 'working')}</Shown>
      <Shown name="ended">{widget([samples.failedSession()])}</Shown>
      <Shown name="collapsed">
        <CollapsedWidget sessions={several} onOpen={nothing} />
      </Shown>
      <Shown name="docked">
        <DockedWidget sessions={[samples.workingSession()]} anchorOf={anchorOf} onOpen={nothing} />
      </Shown>
    </>
  );
}

function Timelines(): React.ReactElement {
  const shown = [
    samples.workingSession(),
    samples.waitingForAgentsSession(),
    samples.retryingSession(),
    samples.doneSession(),
  ];
  return (
    <>
      {shown.map((session) => (
        <Shown key={session.id} name={`timeline, ${session.id}`}>
          <Timeline session={session} anchor={anchor} />
        </Shown>
      ))}
    </>
  );
}

function Feedback(): React.ReactElement {
  return (
    <>
      <Shown name="banners">
        <HealthBanner links={LINKS} />
      </Shown>
      <Shown name="empty">
        <EmptyState title="All quiet here">
          When an agent starts working in a channel you can read, it shows up here by itself.
        </EmptyState>
      </Shown>
      <Shown name="loading">
        <Skeleton label="Loading" rows={4} shape="line" />
      </Shown>
    </>
  );
}
