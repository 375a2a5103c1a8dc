package drive

import (
	"context"
	"errors"
	"io"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Procedure is the one of drive.proto, for gRPC, gRPC-Web and Connect.
const Procedure = "/roadtwin.drive.v1.Drive/Talk"

type (
	bytesValue = wrapperspb.BytesValue
	talkStream = connect.BidiStream[bytesValue, bytesValue]
)

// grpcHandler answers Talk: a stream of frames each way, as the WebSocket has them. It needs HTTP/2.
func (s *Server) grpcHandler() http.Handler {
	h := connect.NewBidiStreamHandler(Procedure, s.talkGRPC, connect.WithReadMaxBytes(maxFrame+64))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.allows(r):
			http.Error(w, "token missing or wrong", http.StatusUnauthorized)
		case !sameOrigin(r):
			http.Error(w, "pages of other servers may not drive", http.StatusForbidden)
		case !s.enter():
			http.Error(w, "too many clients", http.StatusServiceUnavailable)
		default:
			defer s.leave()
			h.ServeHTTP(w, r)
		}
	})
}

func (s *Server) talkGRPC(ctx context.Context, stream *talkStream) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	c := newSession(s)
	defer c.close()
	for {
		in, err := stream.Receive()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return connect.NewError(connect.CodeUnavailable, errors.New("the server is being stopped"))
		}
		if err := stream.Send(wrapperspb.Bytes(c.handle(ctx, in.GetValue(), nil))); err != nil {
			return err
		}
	}
}
