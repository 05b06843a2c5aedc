// Renders a chart's templates as `helm template` does: Go's text/template, the functions of sprig, and toYaml.
//
//	render DIRECTORY < {"Values": {...}, "Release": {...}, "Chart": {...}}
//
// Values come merged already. A value that is missing is an error, which is stricter than helm.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"text/template"

	"github.com/Masterminds/sprig"
)

// JSON is YAML in flow style: `toYaml X | nindent N` gives the same document.
func toYaml(value interface{}) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

func run() error {
	var data map[string]interface{}
	if err := json.NewDecoder(os.Stdin).Decode(&data); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*"))
	if err != nil {
		return err
	}
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = toYaml
	for _, file := range files {
		parsed, err := template.New(filepath.Base(file)).Funcs(functions).Option("missingkey=error").ParseFiles(file)
		if err != nil {
			return err
		}
		if filepath.Ext(file) != ".yaml" {
			continue
		}
		fmt.Println("---")
		if err := parsed.Execute(os.Stdout, data); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
