package drive

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"roadtwin/scenarios/ego"
)

// Over gRPC a world does what it does over a WebSocket, nonsense is answered, and what a stream leaves behind is freed.
func TestGRPCDrivesAsWebSocketsDo(t *testing.T) {
	s := newServer(t, "secret")
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	web, err := Dial(t.Context(), "ws://"+l.Addr().String()+"/drive", "secret", ego.DefaultLayout())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = web.Hangup() }()
	o, err := web.Reset(Scene{Warmup: 60, Pick: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := hashes(t, web, o.World, 0, 30)

	var h2 http.Protocols
	h2.SetUnencryptedHTTP2(true)
	plain := &http.Client{Transport: &http.Transport{Protocols: &h2}}
	client := connect.NewClient[bytesValue, bytesValue](plain, "http://"+l.Addr().String()+Procedure, connect.WithGRPC())
	stream := client.CallBidiStream(t.Context())
	stream.RequestHeader().Set("Authorization", "Bearer secret")
	request := uint32(0)
	ask := func(op Op, body []byte) ([]byte, error) {
		request++
		if err := stream.Send(wrapperspb.Bytes(append(header{op, request}.append(nil), body...))); err != nil {
			t.Fatal(err)
		}
		m, err := stream.Receive()
		if err != nil {
			t.Fatal(err)
		}
		return parseAnswer(op, request, m.GetValue())
	}
	layout := ego.DefaultLayout()
	see := func(b []byte, err error) ego.Observation {
		if err != nil {
			t.Fatal(err)
		}
		o, err := layout.Parse(b[len(b)-layout.Size():])
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	o = see(ask(Reset, []byte(`{"warmup_s": 60, "pick": 2}`)))
	var got []uint64
	for i := range uint64(30) {
		body := binary.LittleEndian.AppendUint32([]byte{2, 0, 0, 0, 1, 0, 0, 0}, o.World)
		a := random(1, i)
		got = append(got, see(ask(Step, a.Append(body))).Hash)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("over gRPC the world goes another way")
	}
	if _, err := ask(Step, []byte{1}); err == nil {
		t.Error("nonsense was taken")
	}
	if s.Worlds() != 2 {
		t.Errorf("%d worlds, want 2", s.Worlds())
	}
	if err := stream.CloseRequest(); err != nil {
		t.Error(err)
	}
	if err := stream.CloseResponse(); err != nil {
		t.Error(err)
	}
	waitFor(t, func() bool { return s.Worlds() == 1 }, "the worlds of a stream that has ended are still there")

	stranger := client.CallBidiStream(t.Context())
	_ = stranger.Send(wrapperspb.Bytes(nil))
	if _, err := stranger.Receive(); connect.CodeOf(err) != connect.CodeUnauthenticated {
		t.Errorf("without a token: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
