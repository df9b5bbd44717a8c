import type { Intent } from '@livestatus/ui';

/**
 * What is posted for a click, word for word as OpenClaw reads it (docs/approvals.md). The mention makes it for the agent also
 * where it answers to mentions only, and keeps Mattermost from taking "/approve" for a command of its own; in a direct message
 * OpenClaw takes it away as well.
 */
export function messageText(intent: Intent, botUsername: string): string {
  return `@${botUsername} ${wordsOf(intent)}`;
}

function wordsOf(intent: Intent): string {
  switch (intent.kind) {
    case 'allow':
      return `/approve ${intent.approvalId} allow-once`;
    case 'deny':
      return `/approve ${intent.approvalId} deny`;
    case 'answer':
      return intent.text.trim();
    case 'stop':
      return 'stop';
  }
}
