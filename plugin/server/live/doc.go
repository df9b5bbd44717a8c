// Package live keeps what this node knows: the live sessions, and which daemons are heard (docs/protocol.md, D1 to D4).
//
// It has no opinion on what may be accepted (contract.Accept) and tells nobody of changes (package delivery).
package live
