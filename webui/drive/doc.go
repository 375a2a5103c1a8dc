// Package drive serves worlds in which somebody else drives one vehicle (package ego), in lock-step: no world moves but by a request. Any
// number of clients have worlds of their own; a request of one never touches those of another, and what a client leaves behind is freed.
//
//	WebSocket ── frame ──> session ──> worlds, snapshots
//	gRPC      ── frame ──┘    │
//	                          └─ scenes: runs at the moment at which an ego takes over, shared
//
// PROTOCOL.md has the frames, drive.proto the gRPC service. Client speaks them in Go, roadtwin_drive.py in Python.
package drive
