package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	// answerTimeout is how long a server may think; Overpass servers take up to 180 s for a query by default.
	answerTimeout = 200 * time.Second
	// stallTimeout is how long a server may pause within its answer.
	stallTimeout = 60 * time.Second
	// progressStep is how many bytes lie between two calls of Options.Progress.
	progressStep = 256 << 10
)

// stream is an open source that counts what is read from it.
type stream struct {
	r        io.Reader
	close    func()
	name     string // for messages: the path, or the URL without a password
	total    int64  // bytes, 0 if unknown
	done     int64
	reported int64
	progress func(done, total int64)
}

// openSource opens a path or a URL. The stream it returns has a name even with an error.
func openSource(ctx context.Context, source string, opts Options) (*stream, error) {
	s := &stream{name: source, progress: opts.Progress, close: func() {}}
	scheme, _, isURL := strings.Cut(source, "://")
	switch {
	case !isURL:
		return s, s.openFile(source)
	case strings.EqualFold(scheme, "http"), strings.EqualFold(scheme, "https"):
		return s, s.get(ctx, source, opts.Client)
	}
	return s, fmt.Errorf("scheme %s, want http, https or a path", quoted(scheme))
}

func (s *stream) openFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return bare(err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return bare(err)
	}
	if info.IsDir() {
		f.Close()
		return errors.New("is a folder, want a file")
	}
	s.r, s.close = f, func() { f.Close() } // read only: nothing is lost by an error
	if info.Mode().IsRegular() {
		s.total = info.Size()
	}
	return nil
}

// bare takes the path off an error of package os: the caller adds it.
func bare(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

func (s *stream) get(ctx context.Context, source string, client *http.Client) error {
	u, err := url.Parse(source)
	if err != nil {
		return errors.Unwrap(err)
	}
	s.name = u.Redacted()
	if client == nil {
		client = defaultClient()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	s.close = func() { cancel(nil) }
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "roadtwin")
	// Otherwise the transport would decompress answers unseen by the budget.
	req.Header.Set("Accept-Encoding", "identity")
	answer, err := client.Do(req) //nolint:bodyclose // s.close does
	if err != nil {
		s.close()
		if e := (*url.Error)(nil); errors.As(err, &e) {
			err = e.Err
		}
		return err
	}
	s.close = func() { answer.Body.Close(); cancel(nil) }
	if answer.StatusCode != http.StatusOK {
		s.close()
		return fmt.Errorf("the server answers %s", answer.Status)
	}
	s.total = max(answer.ContentLength, 0)
	s.r = &patientReader{r: answer.Body, ctx: ctx, cancel: cancel, patience: stallTimeout}
	return nil
}

func defaultClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = answerTimeout
	t.DisableKeepAlives = true // one request a client
	return &http.Client{Transport: t}
}

// patientReader gives up when nothing comes for a time.
type patientReader struct {
	r        io.Reader
	ctx      context.Context
	cancel   context.CancelCauseFunc
	patience time.Duration
}

func (p *patientReader) Read(b []byte) (int, error) {
	t := time.AfterFunc(p.patience, func() {
		p.cancel(fmt.Errorf("nothing came for %v: gave up", p.patience))
	})
	n, err := p.r.Read(b)
	t.Stop()
	if cause := context.Cause(p.ctx); err != nil && cause != nil {
		err = cause
	}
	return n, err
}

// Read reads and reports progress.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.done += int64(n)
	if s.progress != nil && s.done-s.reported >= progressStep {
		s.reported = s.done
		s.progress(s.done, s.total)
	}
	if err == io.ErrUnexpectedEOF { // files end with io.EOF
		err = fmt.Errorf("the connection broke after %d of %d bytes", s.done, s.total)
	}
	return n, bare(err)
}

// finish reports the end.
func (s *stream) finish() {
	if s.progress != nil && s.reported != s.done {
		s.progress(s.done, s.total)
	}
}

// Close ends the reading.
func (s *stream) Close() { s.close() }
