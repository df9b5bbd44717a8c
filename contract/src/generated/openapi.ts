/** Code generated from contract/openapi.yaml by scripts/contract-generate.sh. DO NOT EDIT. */
export interface paths {
    "/plugins/com.openclaw.livestatus/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the plugin works and whom it hears. */
        get: operations["getPluginHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plugins/com.openclaw.livestatus/api/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the webapp needs to know. */
        get: operations["getPluginConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plugins/com.openclaw.livestatus/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions, active first. A Mattermost user gets only those of channels that the user may read. */
        get: operations["listPluginSessions"];
        put?: never;
        /**
         * Creates a session and, if wanted, its post. Idempotent on `id`, never a second box.
         * @description Without `id` (first release, D8): the active session of (`session_key`, `channel_id`), else a new one with
         *     `daemon_id` `legacy:<bot>`. Needs `session_key`, and `channel_id` or `user_id`. An absent `post` means `wanted`.
         */
        post: operations["createPluginSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plugins/com.openclaw.livestatus/api/v1/sessions/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes and heartbeat of one daemon (D1). One in flight per bot. */
        post: operations["postBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plugins/com.openclaw.livestatus/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        /** One session, whole. */
        get: operations["getPluginSession"];
        /** Changes the given fields. Without `seq` the server increments (D8). */
        put: operations["updatePluginSession"];
        post?: never;
        /** Removes the entry, and its post with `post=true`. */
        delete: operations["deletePluginSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The dashboard. With `token` it sets the cookie that the other paths then accept, and redirects to `/`. */
        get: operations["getDashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All sessions of this daemon, active first, then ended ones, newest end first. */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        /** One session, whole. */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allows or denies what a session waits for, over the gateway. Only where that was switched on (docs/approvals.md).
         * @description Answered as soon as the gateway has taken it; what became of it the session tells. Needs DASHBOARD_TOKEN and
         *     `operator.approvals` among OPENCLAW_GATEWAY_SCOPES; a browser's request must come from the dashboard itself.
         */
        post: operations["postDecision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Server-sent events; what they carry stands in `x-events.dashboard`.
         * @description First `hello`, then `health`, then either the `update`s missed since `Last-Event-ID` (`hello.resumed` is true) or one
         *     `sync`; from then on `update` and `health` as they happen. A comment line keeps an idle stream open.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the daemon works, with every source and sink. Where a token is set, `reason` and `detail` need it. */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics named `livestatus_*`. */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {string} */
        SessionStatus: "active" | "done" | "error" | "interrupted";
        /**
         * @description What an active session is busy with; absent once it has ended. Patches name a value by its place.
         * @enum {string}
         */
        Activity: "thinking" | "tool" | "writing" | "waiting" | "retrying" | "compacting" | "unobserved";
        /**
         * @description Patches name a value by its place.
         * @enum {string}
         */
        StepKind: "tool" | "text" | "thinking" | "agent" | "notice";
        /**
         * @description `background`: the command goes on after its call returned, also after the turn ended. Patches name a value by its place.
         * @enum {string}
         */
        StepStatus: "running" | "background" | "done" | "error" | "cancelled";
        /**
         * @description `wanted` once the time for a box has come (P1); it never goes back.
         * @enum {string}
         */
        PostState: "none" | "wanted";
        /** @enum {string} */
        PlanStatus: "pending" | "active" | "done";
        /** @enum {string} */
        WaitingFor: "approval" | "answer" | "agents" | "provider";
        /**
         * @description Health of a source or a sink.
         * @enum {string}
         */
        LinkState: "ok" | "connecting" | "degraded" | "failed";
        /**
         * @description Whose sessions open the widget.
         * @enum {string}
         */
        WidgetMode: "all" | "mine" | "off";
        Agent: {
            id: string;
            name: string;
            /** @description `openclaw` first, others later. */
            runtime: string;
        };
        /** @description One visible line of a turn. */
        Step: {
            /** @description Unique within the session */
            id: string;
            /** @description The `agent` step that this step belongs to; that step is in the list too. */
            parent_id?: string;
            kind: components["schemas"]["StepKind"];
            /** @description The tool's or sub-agent's own name. */
            name?: string;
            /** @description One line of plain text for people, without control, bidi and zero-width characters. */
            label: string;
            /** @description Plain text; may have several lines. */
            detail?: string;
            status: components["schemas"]["StepStatus"];
            /** Format: int64 */
            started_ms: number;
            /**
             * Format: int64
             * @description Absent while `running` or `background`.
             */
            ended_ms?: number;
        };
        PlanItem: {
            text: string;
            status: components["schemas"]["PlanStatus"];
        };
        /** @description What an active session waits for (T12). */
        Waiting: {
            for: components["schemas"]["WaitingFor"];
            step_id?: string;
            approval_id?: string;
            /** Format: int64 */
            since_ms: number;
            /** Format: int64 */
            expires_ms?: number;
            /** @description What a question offers, each as it is sent back; any other answer will do as well. Absent = nothing offered. */
            choices?: string[];
            /** @description Nobody has said so: a tool that may ask has been silent for a while (T12). Then there is no approval_id. */
            guess?: boolean;
        };
        /** @description Tokens summed over the turn's assistant messages; `context_*` are those of the last one. */
        Usage: {
            /** Format: int64 */
            input: number;
            /** Format: int64 */
            output: number;
            /** Format: int64 */
            cache_read: number;
            /** Format: int64 */
            cache_write: number;
            /** Format: int64 */
            total: number;
            /**
             * Format: double
             * @description US dollars; absent if the runtime does not tell.
             */
            cost_usd?: number;
            /**
             * Format: int64
             * @description Tokens.
             */
            context_used?: number;
            /**
             * Format: int64
             * @description Tokens.
             */
            context_window?: number;
        };
        /** @description Why a session ended in `error` or `interrupted`. */
        SessionError: {
            /** @description One of `x-session-error-codes`, or a code of the runtime or its provider. */
            code: string;
            /** @description Plain text for people; empty where the privacy level hides it. */
            message: string;
        };
        /**
         * @description `dashboard_only`: the turn is not in Mattermost. `no_box`: it is, but its box cannot be written any more (P4).
         * @enum {string}
         */
        RoutingState: "dashboard_only" | "no_box";
        /** @description Why a turn is not shown in Mattermost as it should be. Only the daemon's own API has it. */
        Routing: {
            state: components["schemas"]["RoutingState"];
            /** @description One of docs/troubleshooting.md. */
            code: string;
            /** @description What to do about it; plain text for people. */
            reason: string;
        };
        /** @description The published state of one turn. */
        Session: {
            /** @description Opaque (a hash of the turn's identity; T1). */
            id: string;
            /** @description The owner (D3): a UUID, `replay`, or `legacy:<bot>`. */
            daemon_id: string;
            /** @description The runtime's own name of the conversation. */
            session_key: string;
            agent: components["schemas"]["Agent"];
            /** @description Where it is shown; absent = dashboard only or a DM still to be resolved. */
            channel_id?: string;
            /** @description The thread; absent = at top level. */
            root_id?: string;
            /** @description The other side of a DM (T10). */
            user_id?: string;
            post: components["schemas"]["PostState"];
            /** @description The box. Set by the server and outside seq (D2). */
            post_id?: string;
            /** @description The asker's user id. */
            requested_by?: string;
            request_post_id?: string;
            status: components["schemas"]["SessionStatus"];
            activity?: components["schemas"]["Activity"];
            /** @description Nothing happened for a while and no running step explains it. */
            stalled?: boolean;
            /** @description The owner's lease ran out. Set by the server and outside seq (D2). */
            offline?: boolean;
            /** @description First line of the request. */
            title?: string;
            error?: components["schemas"]["SessionError"];
            /** Format: int64 */
            started_ms: number;
            /** Format: int64 */
            last_event_ms: number;
            /**
             * Format: int64
             * @description Present if and only if status is not `active`.
             */
            ended_ms?: number;
            /**
             * Format: int64
             * @description The time to which this copy is true; every hop adds how long it held the data.
             */
            as_of_ms: number;
            /** @description Absent = no plan. */
            plan?: components["schemas"]["PlanItem"][];
            waiting?: components["schemas"]["Waiting"];
            /** @description In order of insertion, which never changes; ids are unique. */
            steps: components["schemas"]["Step"][];
            /** @description How many earlier steps are not in `steps`. */
            steps_dropped: number;
            /** @description Real tool calls so far, sub-agents' included. */
            tool_calls: number;
            usage?: components["schemas"]["Usage"];
            routing?: components["schemas"]["Routing"];
            /**
             * Format: int64
             * @description Grows with every change (D2).
             */
            seq: number;
        };
        /**
         * @description Changed top-level fields. Absent = unchanged; null clears an optional field; objects and lists replace the old ones
         *     whole. null for a required field, and names that are not listed here, are ignored.
         */
        DeltaSet: {
            daemon_id?: string;
            session_key?: string;
            agent?: components["schemas"]["Agent"];
            channel_id?: string | null;
            root_id?: string | null;
            user_id?: string | null;
            post?: components["schemas"]["PostState"];
            post_id?: string | null;
            requested_by?: string | null;
            request_post_id?: string | null;
            status?: components["schemas"]["SessionStatus"];
            activity?: components["schemas"]["Activity"] | null;
            stalled?: boolean | null;
            offline?: boolean | null;
            title?: string | null;
            error?: components["schemas"]["SessionError"] | null;
            /** Format: int64 */
            started_ms?: number;
            /** Format: int64 */
            last_event_ms?: number;
            /** Format: int64 */
            ended_ms?: number | null;
            plan?: components["schemas"]["PlanItem"][] | null;
            waiting?: components["schemas"]["Waiting"] | null;
            tool_calls?: number;
            usage?: components["schemas"]["Usage"] | null;
            routing?: components["schemas"]["Routing"] | null;
        };
        /**
         * @description The way from the session at `base_seq` to the session at `seq`. Applied in this order: `set`; `removed_steps` leave the
         *     list; each of `steps` replaces the step of its id in place, or is appended. So an id in both lists moves to the end.
         */
        Delta: {
            id: string;
            /** Format: int64 */
            base_seq: number;
            /**
             * Format: int64
             * @description Greater than base_seq.
             */
            seq: number;
            /** Format: int64 */
            as_of_ms: number;
            set: components["schemas"]["DeltaSet"];
            steps: components["schemas"]["Step"][];
            /** @description Ids. */
            removed_steps: string[];
            /** @description The session's new value, not a difference. */
            steps_dropped: number;
        };
        /** @description A snapshot or a delta; what has `base_seq` is a delta. */
        Change: components["schemas"]["Session"] | components["schemas"]["Delta"];
        /**
         * @description Body of POST and PUT. Absent = unchanged (POST: the default), null clears. `agent_id` and `bot_user_id` are the first
         *     release's names; `agent` wins over `agent_id`; `bot_user_id` counts only for a bot that is a member of the channel.
         */
        SessionInput: components["schemas"]["DeltaSet"] & {
            id?: string;
            /** Format: int64 */
            as_of_ms?: number;
            /** @description Replaces the whole list. */
            steps?: components["schemas"]["Step"][];
            steps_dropped?: number;
            /** Format: int64 */
            seq?: number;
            agent_id?: string;
            bot_user_id?: string;
        };
        /** @description `[id, seq]`: an active session of the daemon and the seq that the server has after this batch. */
        HeldEntry: [id: string, seq: number];
        BatchRequest: {
            daemon_id: string;
            /** Format: int64 */
            as_of_ms: number;
            changes: components["schemas"]["Change"][];
            /** @description All active sessions; the heartbeat, sent at least every 20 s. Absent = no heartbeat; empty = none is active. */
            held?: components["schemas"]["HeldEntry"][];
            /** @description Every source has reported what is in flight, so `held` is all there is (D4). */
            complete: boolean;
        };
        /** @enum {string} */
        ChangeStatus: "ok" | "resync" | "not_owner" | "error";
        ChangeResult: {
            id: string;
            status: components["schemas"]["ChangeStatus"];
            /**
             * Format: int64
             * @description What is stored now; 0 = the id is unknown.
             */
            seq?: number;
            post_id?: string;
            /** @description With `error`: why it was refused. With `ok`: why its post cannot be written (P4). One of `x-error-codes`. */
            code?: string;
        };
        /** @description A held session that the server has not, or has at another seq. Send a snapshot with a greater one. */
        ResyncEntry: {
            id: string;
            /**
             * Format: int64
             * @description 0 = unknown.
             */
            seq: number;
        };
        PostEntry: {
            /** @description The session. */
            id: string;
            post_id: string;
        };
        BatchAnswer: {
            /** @description One for each change and in its order. */
            results: components["schemas"]["ChangeResult"][];
            resync: components["schemas"]["ResyncEntry"][];
            /** @description Boxes created or adopted since the last answer. */
            posts: components["schemas"]["PostEntry"][];
        };
        /**
         * @description What a box's post says of itself: `props.livestatus` is this as one JSON string, written by whoever writes the box
         *     (plugin or daemon). Trust it only on posts of trusted bots. docs/posts.md has the rules.
         */
        BoxProps: {
            /** @description 1; a reader that sees a greater one shows the message instead. */
            v: number;
            /** @description The session. */
            id: string;
            /**
             * Format: int64
             * @description Of the state that the message shows (P3).
             */
            seq: number;
            status: components["schemas"]["SessionStatus"];
            agent: components["schemas"]["Agent"];
            /** @description The message says that it is no longer observed (P6). */
            offline?: boolean;
            /**
             * Format: int64
             * @description The message says that it waits for a person, since then (`waiting.since_ms`; P3).
             */
            waiting_since_ms?: number;
            /** @description It needed no reply (T7): there is nothing else to show. */
            withdrawn?: boolean;
            /** @description The final state, once it has ended: at most 20 steps, the whole at most 8 KiB. */
            session?: components["schemas"]["Session"];
        };
        ApprovalDecision: {
            /** @description That of the session's `waiting`. */
            approval_id: string;
            /** @enum {string} */
            decision: "allow_once" | "deny";
        };
        DaemonState: {
            daemon_id: string;
            /** @description Its lease ran out. */
            offline: boolean;
        };
        SessionList: {
            sessions: components["schemas"]["Session"][];
            /** @description The owners of these sessions; the daemon's own list has itself alone. */
            daemons: components["schemas"]["DaemonState"][];
        };
        ErrorBody: {
            /** @description For people: names the thing, what came and what was expected. No secrets. */
            error: string;
            /** @description One of `x-error-codes`. */
            code: string;
            /** @description The same id stands in the server's log. */
            request_id?: string;
            /**
             * Format: int64
             * @description With `stale_seq` and `not_owner`: what is stored.
             */
            seq?: number;
        };
        HealthReason: {
            code: string;
            /** @description What is wrong and what to do. */
            message: string;
        };
        PluginHealth: {
            /** @enum {string} */
            status: "healthy" | "degraded";
            active_sessions: number;
            version: string;
            /** @description Empty if healthy. */
            reasons: components["schemas"]["HealthReason"][];
        };
        PluginLimits: {
            live_sessions: number;
            steps_per_session: number;
            /** Format: int64 */
            lease_ms: number;
        };
        PluginConfig: {
            version: string;
            /** @description Props of other authors' posts must not be trusted. */
            trusted_bot_ids: string[];
            widget_default: components["schemas"]["WidgetMode"];
            limits: components["schemas"]["PluginLimits"];
        };
        /** @description One source or sink. */
        LinkHealth: {
            name: string;
            state: components["schemas"]["LinkState"];
            /** @description Stable; absent if `ok`. */
            code?: string;
            /** @description What is wrong and what to do; no secret. */
            reason?: string;
            /** @description What it talks to: version, redacted URL, directory. */
            detail?: {
                [key: string]: string | number | boolean;
            };
            /** Format: int64 */
            since_ms: number;
        };
        DaemonHealth: {
            /** @enum {string} */
            status: "healthy" | "degraded" | "unhealthy";
            version: string;
            daemon_id: string;
            /**
             * Format: int64
             * @description When the daemon was started.
             */
            started_ms: number;
            /** Format: int64 */
            as_of_ms: number;
            active_sessions: number;
            sources: components["schemas"]["LinkHealth"][];
            sinks: components["schemas"]["LinkHealth"][];
        };
        /**
         * @description What the WebSocket event carries (D6): `[1, patches, rest]`, without `rest` if that is empty; a reader that sees another
         *     number in front fetches the list instead. Sent only to members of the channel that the event is for. On the wire it is one
         *     string: the JSON text with `"` and `'` exchanged, because a quotation mark inside a string of Mattermost's own JSON would
         *     cost a byte more.
         */
        ChannelUpdate: [v: number, patches: components["schemas"]["Patch"][], rest?: components["schemas"]["UpdateRest"]];
        /** @description An absent list is empty. A session is here, or there is a patch for it, not both. */
        UpdateRest: {
            /** @description Snapshots. */
            sessions?: components["schemas"]["Session"][];
            daemons?: components["schemas"]["DaemonState"][];
            posts?: components["schemas"]["PostEntry"][];
            /** @description Ids of withdrawn or deleted sessions. */
            removed?: string[];
        };
        /**
         * @description `[id, base_seq, seq - base_seq, changes]`: a delta as short as it can be said to somebody who has the session at
         *     `base_seq`, or at any seq between that and `seq`: it names all that has changed since any of these states.
         */
        Patch: [id: string, base_seq: number, seq_step: number, changes: components["schemas"]["PatchChanges"]];
        /**
         * @description What changes often has a letter, times are differences, values of closed sets are named by their place in the contract,
         *     from 0. Applied in this order: `set` and the fields; the steps of `s` change; those of `r`, as far as they are there, leave
         *     the list; each of `p` replaces the step of its id in place, or is appended.
         */
        PatchChanges: {
            /**
             * Format: int64
             * @description as_of_ms - seq, 0 if absent.
             */
            t?: number;
            /**
             * Format: int64
             * @description last_event_ms - as_of_ms.
             */
            l?: number;
            /** @description activity: its place in Activity; null clears. */
            a?: number | null;
            /** @description tool_calls. */
            c?: number;
            u?: components["schemas"]["UsagePatch"] | null;
            /** @description Changed steps. */
            s?: components["schemas"]["StepPatch"][];
            /** @description Ids of steps that leave the list. */
            r?: string[];
            /** @description New steps. */
            p?: components["schemas"]["NewStep"][];
            /** @description steps_dropped. */
            d?: number;
            /** @description All other fields; never those above, `post_id` and `offline`. */
            set?: components["schemas"]["DeltaSet"];
        };
        /** @description The members of Usage that changed; all of them where there was none. null clears. */
        UsagePatch: {
            /**
             * Format: int64
             * @description input.
             */
            i?: number;
            /**
             * Format: int64
             * @description output.
             */
            o?: number;
            /**
             * Format: int64
             * @description cache_read.
             */
            r?: number;
            /**
             * Format: int64
             * @description cache_write.
             */
            w?: number;
            /**
             * Format: int64
             * @description total; absent = the sum of the four, as they are then.
             */
            t?: number;
            /**
             * Format: double
             * @description cost_usd.
             */
            c?: number | null;
            /**
             * Format: int64
             * @description context_used.
             */
            u?: number | null;
            /**
             * Format: int64
             * @description context_window.
             */
            m?: number | null;
        };
        /** @description What changed of a step; null clears. */
        StepPatch: {
            /** @description id. */
            i: string;
            /** @description parent_id. */
            u?: string | null;
            /** @description kind: its place in StepKind. */
            k?: number;
            /** @description name. */
            n?: string | null;
            /** @description label; with `q` only its beginning. */
            l?: string;
            /** @description How many of the old label's last code points stand behind `l`. */
            q?: number;
            /** @description detail. */
            d?: string | null;
            /** @description status: its place in StepStatus. */
            s?: number;
            /**
             * Format: int64
             * @description started_ms - the patch's as_of_ms.
             */
            b?: number;
            /**
             * Format: int64
             * @description ended_ms - the patch's as_of_ms.
             */
            e?: number | null;
        };
        NewStep: {
            /** @description id. */
            i: string;
            /** @description parent_id. */
            u?: string;
            /** @description kind: its place in StepKind, 0 (tool) if absent. */
            k?: number;
            /** @description name. */
            n?: string;
            /** @description label. */
            l: string;
            /** @description detail. */
            d?: string;
            /** @description status: its place in StepStatus, 0 (running) if absent. */
            s?: number;
            /**
             * Format: int64
             * @description started_ms - the patch's as_of_ms.
             */
            b: number;
            /**
             * Format: int64
             * @description ended_ms - the patch's as_of_ms.
             */
            e?: number;
        };
        /** @description SSE `hello`, the first event of every connection. */
        StreamHello: {
            /** @description 1; a page that sees another one reloads itself. */
            v: number;
            version: string;
            daemon_id: string;
            /** Format: int64 */
            as_of_ms: number;
            /** @description true: missed updates follow and no sync. */
            resumed: boolean;
            /** @description This page may allow and deny (`postDecision`); absent = no. */
            may_decide?: boolean;
        };
        /** @description SSE `sync`. Replaces everything the page has. */
        StreamSync: {
            /** @description As in hello. */
            v: number;
            version: string;
            daemon_id: string;
            /** Format: int64 */
            as_of_ms: number;
            /** @description In the order of GET /api/v1/sessions. */
            sessions: components["schemas"]["Session"][];
            sources: components["schemas"]["LinkHealth"][];
            sinks: components["schemas"]["LinkHealth"][];
        };
        /**
         * @description SSE `update`. First `removed`, then `sessions`, then `deltas`, each list in order. After missed updates comes one
         *     without changes: its `as_of_ms` tells the time of now.
         */
        StreamUpdate: {
            /** @description As in hello. */
            v: number;
            /** Format: int64 */
            as_of_ms: number;
            /** @description Snapshots of new sessions, or of sessions whose base may be unknown. */
            sessions: components["schemas"]["Session"][];
            deltas: components["schemas"]["Delta"][];
            /** @description Ids of sessions withdrawn (T7) or older than the kept days. */
            removed: string[];
        };
        /** @description SSE `health`. */
        StreamHealth: components["schemas"]["DaemonHealth"] & {
            /** @description As in hello. */
            v: number;
        };
    };
    responses: {
        /** @description Refused; `x-error-codes` lists every code. */
        Refusal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Too much at once. */
        TryLater: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
    };
    parameters: {
        SessionId: string;
        /** @description Only these states, comma separated; all if absent. */
        StatusFilter: components["schemas"]["SessionStatus"][];
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getPluginHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Healthy or degraded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginHealth"];
                };
            };
            401: components["responses"]["Refusal"];
            500: components["responses"]["Refusal"];
        };
    };
    getPluginConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The configuration. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginConfig"];
                };
            };
            401: components["responses"]["Refusal"];
            500: components["responses"]["Refusal"];
        };
    };
    listPluginSessions: {
        parameters: {
            query?: {
                /** @description Only sessions shown in this channel. */
                channel_id?: string;
                /** @description Only these states, comma separated; all if absent. */
                status?: components["parameters"]["StatusFilter"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            400: components["responses"]["Refusal"];
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            429: components["responses"]["TryLater"];
            500: components["responses"]["Refusal"];
        };
    };
    createPluginSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionInput"];
            };
        };
        responses: {
            /** @description It was known already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refusal"];
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            409: components["responses"]["Refusal"];
            413: components["responses"]["Refusal"];
            415: components["responses"]["Refusal"];
            422: components["responses"]["Refusal"];
            429: components["responses"]["TryLater"];
            500: components["responses"]["Refusal"];
        };
    };
    postBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRequest"];
            };
        };
        responses: {
            /** @description Every change was looked at; what became of each stands in `results`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
            400: components["responses"]["Refusal"];
            401: components["responses"]["Refusal"];
            413: components["responses"]["Refusal"];
            415: components["responses"]["Refusal"];
            422: components["responses"]["Refusal"];
            429: components["responses"]["TryLater"];
            500: components["responses"]["Refusal"];
        };
    };
    getPluginSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["Refusal"];
            404: components["responses"]["Refusal"];
            429: components["responses"]["TryLater"];
            500: components["responses"]["Refusal"];
        };
    };
    updatePluginSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionInput"];
            };
        };
        responses: {
            /** @description The session as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refusal"];
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            404: components["responses"]["Refusal"];
            409: components["responses"]["Refusal"];
            413: components["responses"]["Refusal"];
            415: components["responses"]["Refusal"];
            422: components["responses"]["Refusal"];
            429: components["responses"]["TryLater"];
            500: components["responses"]["Refusal"];
        };
    };
    deletePluginSession: {
        parameters: {
            query?: {
                /** @description Also delete the post, before the entry: after an error both are kept. */
                post?: boolean;
            };
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refusal"];
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            404: components["responses"]["Refusal"];
            409: components["responses"]["Refusal"];
            429: components["responses"]["TryLater"];
            500: components["responses"]["Refusal"];
        };
    };
    getDashboard: {
        parameters: {
            query?: {
                /** @description DASHBOARD_TOKEN. */
                token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The token was right. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A page that asks for the token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            403: components["responses"]["Refusal"];
            404: components["responses"]["Refusal"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description Only these states, comma separated; all if absent. */
                status?: components["parameters"]["StatusFilter"];
                /** @description How many ended sessions at most; 200 if absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            400: components["responses"]["Refusal"];
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            414: components["responses"]["Refusal"];
            431: components["responses"]["Refusal"];
            500: components["responses"]["Refusal"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            404: components["responses"]["Refusal"];
            500: components["responses"]["Refusal"];
        };
    };
    postDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDecision"];
            };
        };
        responses: {
            /** @description The gateway has taken it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refusal"];
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            404: components["responses"]["Refusal"];
            409: components["responses"]["Refusal"];
            502: components["responses"]["Refusal"];
        };
    };
    streamEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The last `id:` that was received. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
            429: components["responses"]["TryLater"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Healthy or degraded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DaemonHealth"];
                };
            };
            403: components["responses"]["Refusal"];
            /** @description Unhealthy. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DaemonHealth"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Text exposition format. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Refusal"];
            403: components["responses"]["Refusal"];
        };
    };
}
