/** What OpenClaw gives to a hook; only what is read here. */
export interface HookEvent {
  readonly type: string;
  readonly action: string;
  readonly context?: unknown;
}

export default function startLiveStatus(event: HookEvent): Promise<void>;
