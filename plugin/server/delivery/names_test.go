package delivery_test

import "github.com/openclaw/mattermost-plugin-livestatus/server/live"

type entry = live.Entry

var ownerA = live.Owner{DaemonID: daemonA, BotID: claw}
