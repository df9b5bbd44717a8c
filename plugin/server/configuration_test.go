package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type manifest struct {
	SettingsSchema struct {
		Settings []struct {
			Key     string
			Default any
			Options []struct{ Value string }
		}
	} `json:"settings_schema"`
}

func readManifest(t *testing.T) manifest {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "plugin.json"))
	require.NoError(t, err)
	var read manifest
	require.NoError(t, json.Unmarshal(data, &read))
	return read
}

func config(text string) func(any) error {
	return func(dest any) error { return json.Unmarshal([]byte(text), dest) }
}

func TestTheManifestHasTheSettingsThatTheServerReads(t *testing.T) {
	var keys, fields []string
	ours := map[string]any{}
	data, err := json.Marshal(defaults())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &ours))
	for _, setting := range readManifest(t).SettingsSchema.Settings {
		keys = append(keys, setting.Key)
		if setting.Default != nil {
			require.Equal(t, ours[setting.Key], setting.Default, "default of %s", setting.Key)
		}
		for _, option := range setting.Options {
			changed := defaults()
			changed.WidgetDefault = option.Value
			_, err := changed.validated()
			require.NoError(t, err)
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[configuration]()) {
		fields = append(fields, field.Name)
	}
	require.ElementsMatch(t, keys, fields)
}

func TestSettingsThatAreWrongAreRefusedAsAWholeAndTheLastGoodOnesStay(t *testing.T) {
	n := startNode(t, newServer())
	for name, text := range map[string]string{
		"widget":      `{"SharedSecret":"new","WidgetDefault":"some"}`,
		"first edit":  `{"SharedSecret":"new","ActiveEditFirstS":5}`,
		"later edits": `{"SharedSecret":"new","ActiveEditEveryS":-1}`,
	} {
		t.Run(name, func(t *testing.T) {
			n.api.Config = config(text)
			err := n.plugin.OnConfigurationChange()
			require.Error(t, err)
			require.NotContains(t, err.Error(), "new")
			require.Equal(t, secret, n.plugin.secret())
		})
	}
	n.api.Config = config(`{"WidgetDefault":"","ActiveEditFirstS":-2}`)
	err := n.plugin.OnConfigurationChange()
	require.ErrorContains(t, err, "WidgetDefault")
	require.ErrorContains(t, err, "ActiveEditFirstS")
	n.api.Config = func(any) error { return errors.New("broken") }
	require.Error(t, n.plugin.OnConfigurationChange())
	require.Equal(t, secret, n.plugin.secret())
}

func TestAPluginWithoutReadableSettingsRefusesEveryWriter(t *testing.T) {
	server := newServer()
	broken := &Plugin{}
	api := server.NewNode()
	api.Config = func(any) error { return errors.New("broken") }
	broken.SetAPI(api)
	require.Error(t, broken.OnConfigurationChange())
	require.Empty(t, broken.secret())
	require.NotPanics(t, func() { broken.widgetDefault(); broken.boxSettings() })
}

func TestAWrongSettingAtStartDoesNotShutOutTheDaemon(t *testing.T) {
	fresh := &Plugin{}
	api := newServer().NewNode()
	api.Config = config(`{"SharedSecret":"s","WidgetDefault":"some","ActiveEditFirstS":5,"ActiveEditEveryS":60}`)
	fresh.SetAPI(api)
	require.ErrorContains(t, fresh.OnConfigurationChange(), "ActiveEditFirstS")
	want := defaults()
	want.SharedSecret, want.ActiveEditEveryS = "s", 60
	require.Equal(t, want, *fresh.settings.Load())
}

func TestSettingsReachTheKeeperOfBoxes(t *testing.T) {
	n := startNode(t, newServer())
	require.Equal(t, 2*time.Minute, n.plugin.boxSettings().ActiveEdit)
	n.api.Config = config(`{"SharedSecret":" padded ","ActiveEditEveryS":0}`)
	require.NoError(t, n.plugin.OnConfigurationChange())
	require.Zero(t, n.plugin.boxSettings().ActiveEdit)
	require.Equal(t, "padded", n.plugin.secret())
}
