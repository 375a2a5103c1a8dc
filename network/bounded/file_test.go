package bounded

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

func TestReadFileReadsPlainAndCompressedAndNamesTheFileOnce(t *testing.T) {
	dir := t.TempDir()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("words")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	text := func(in io.Reader) (string, error) {
		all, err := io.ReadAll(in)
		return string(all), err
	}
	for name, data := range map[string][]byte{"plain": []byte("words"), "packed.gz": packed.Bytes()} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadFile(path, text); got != "words" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	nowhere := filepath.Join(dir, "nowhere")
	if _, err := ReadFile(nowhere, text); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), nowhere) != 1 {
		t.Errorf("a file that is not there: %v, want it named once", err)
	}
	bad := errors.New("bad words")
	if _, err := ReadFile(filepath.Join(dir, "plain"), func(io.Reader) (int, error) { return 0, bad }); !errors.Is(err, bad) || !strings.Contains(err.Error(), "plain") {
		t.Errorf("what is wrong within: %v, want it named", err)
	}
}
