package main

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"sync/atomic"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/mattermost/mattermost/server/public/plugin"

	"github.com/openclaw/mattermost-plugin-livestatus/server/api"
	"github.com/openclaw/mattermost-plugin-livestatus/server/boxes"
	"github.com/openclaw/mattermost-plugin-livestatus/server/command"
	"github.com/openclaw/mattermost-plugin-livestatus/server/contract"
	"github.com/openclaw/mattermost-plugin-livestatus/server/nodes"
)

// Plugin is what Mattermost talks to: thin hooks. All the rest is made in OnActivate (activate.go).
type Plugin struct {
	plugin.MattermostPlugin
	settings atomic.Pointer[configuration]
	// isCluster is false on a single server.
	isCluster atomic.Bool
	running   atomic.Pointer[parts]
}

// OnConfigurationChange is called before OnActivate, and whenever an admin saves something. Settings that are wrong are refused
// as a whole and the last good ones stay; at start, when there are none, the default stands for what is wrong.
func (p *Plugin) OnConfigurationChange() error {
	isStart := p.settings.Load() == nil
	if isStart {
		safe := defaults()
		p.settings.Store(&safe) // without a secret: nobody may write
	}
	config := p.API.GetConfig()
	p.isCluster.Store(config != nil && config.ClusterSettings.Enable != nil && *config.ClusterSettings.Enable)
	fresh := defaults()
	if err := p.API.LoadPluginConfiguration(&fresh); err != nil {
		return fmt.Errorf("reading the settings of Live Status: %w", err)
	}
	next, err := fresh.validated()
	if err == nil || isStart {
		p.settings.Store(next)
	}
	return err
}

// ServeHTTP answers /plugins/com.openclaw.livestatus/... It contains every panic: one that gets out would kill the process.
func (p *Plugin) ServeHTTP(c *plugin.Context, w http.ResponseWriter, r *http.Request) {
	defer func() {
		if cause := recover(); cause != nil {
			p.logPanic("ServeHTTP", cause)
			api.WriteError(w, contract.Refuse(contract.CodeInternal, ""), c.RequestId)
		}
	}()
	if running := p.running.Load(); running != nil {
		running.api.Serve(w, r, c.RequestId)
		return
	}
	api.WriteError(w, contract.Refuse(contract.CodeInternal, "Live Status is starting or stopping."), c.RequestId)
}

// ExecuteCommand answers /livestatus, to its caller only.
func (p *Plugin) ExecuteCommand(_ *plugin.Context, args *model.CommandArgs) (response *model.CommandResponse, _ *model.AppError) {
	defer func() {
		if cause := recover(); cause != nil {
			p.logPanic("ExecuteCommand", cause)
			response = command.Ephemeral("Something went wrong that is not your fault. The server's log tells more.")
		}
	}()
	running := p.running.Load()
	if running == nil {
		return command.Ephemeral("Live Status is starting or stopping. Try again in a moment."), nil
	}
	return running.command.Execute(args), nil
}

// OnPluginClusterEvent takes what another node tells.
func (p *Plugin) OnPluginClusterEvent(_ *plugin.Context, event model.PluginClusterEvent) {
	defer p.recovered("OnPluginClusterEvent")
	running := p.running.Load()
	if running == nil || event.Id != nodes.EventID {
		return
	}
	message, err := nodes.Decode(event.Data)
	if err != nil {
		p.API.LogWarn("Another node said something that this one does not understand", "err", err.Error())
		return
	}
	running.receive(message)
}

// NotificationWillBePushed rejects pushes for our own boxes: one turn, one push, that of the answer (P6).
func (p *Plugin) NotificationWillBePushed(push *model.PushNotification, _ string) (*model.PushNotification, string) {
	defer p.recovered("NotificationWillBePushed")
	running := p.running.Load()
	if running == nil || push == nil || push.PostId == "" || push.Type != model.PushTypeMessage {
		return nil, ""
	}
	if push.SenderId != "" && !running.bots.isTrusted(push.SenderId) {
		return nil, ""
	}
	post, appErr := p.API.GetPost(push.PostId)
	if appErr != nil || post == nil || !boxes.IsBox(post) || !running.bots.isTrusted(post.UserId) {
		return nil, ""
	}
	return nil, "a status box notifies nobody"
}

// recovered keeps the process alive; Mattermost disables a plugin that dies three times in an hour.
func (p *Plugin) recovered(where string) {
	if cause := recover(); cause != nil {
		p.logPanic(where, cause)
	}
}

func (p *Plugin) logPanic(where string, cause any) {
	p.API.LogError("Live Status panicked and goes on", "where", where, "panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
}
