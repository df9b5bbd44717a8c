import type { Trouble } from '../mattermost/trouble.ts';

/** Why a box cannot be written any more (P4): the `post` codes of the contract. */
export type PostCode =
  | 'post_forbidden'
  | 'post_channel_archived'
  | 'post_root_deleted'
  | 'post_deleted'
  | 'post_edit_expired'
  | 'post_refused';

/** Ids of Mattermost's errors that tell more than their status does. */
const BY_ID: Readonly<Record<string, PostCode>> = {
  'api.post.create_post.can_not_post_to_deleted.error': 'post_channel_archived',
  'api.post.update_post.can_not_update_post_in_deleted.error': 'post_channel_archived',
  'api.post.patch_post.can_not_update_post_in_deleted.error': 'post_channel_archived',
  'api.post.create_post.root_id.app_error': 'post_root_deleted',
  'api.post.create_post.parent_id.app_error': 'post_root_deleted',
  'api.post.update_post.permissions_time_limit.app_error': 'post_edit_expired',
};

/** What a refused creation means. */
export function whyNotCreated(trouble: Trouble): PostCode {
  const known = BY_ID[trouble.code ?? ''];
  if (known !== undefined) return known;
  return trouble.kind === 'forbidden' ? 'post_forbidden' : 'post_refused';
}

/** What a refused edit means. */
export function whyNotEdited(trouble: Trouble): PostCode {
  const known = BY_ID[trouble.code ?? ''];
  if (known !== undefined) return known;
  if (trouble.kind === 'not_found') return 'post_deleted';
  return trouble.kind === 'forbidden' ? 'post_forbidden' : 'post_refused';
}
