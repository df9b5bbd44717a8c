module github.com/openclaw/mattermost-plugin-livestatus/server

go 1.25.0

require github.com/oapi-codegen/nullable v1.1.0
