// Command kubeconfig reads kubeconfigs as client-go does. Each line of its input is one as a JSON string; each line of
// its output says what the same line of the input leads to, or is null where client-go refuses it.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"os"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

type facts struct {
	Context string   `json:"context"`
	Cluster string   `json:"cluster"`
	Server  string   `json:"server"`
	Args    []string `json:"args"`
	// The names of fields with credentials of any user.
	Credentials []string `json:"credentials"`
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	encoder := json.NewEncoder(output)
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		var text string
		if err := json.Unmarshal(line, &text); err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(read(text)); err != nil {
			log.Fatal(err)
		}
	}
}

// read follows the current context as clientcmd.ClientConfig does, without the checks of the files that it names.
func read(text string) *facts {
	config, err := clientcmd.Load([]byte(text))
	if err != nil {
		return nil
	}
	found := &facts{Context: config.CurrentContext, Args: []string{}, Credentials: []string{}}
	credentials := map[string]bool{}
	for _, user := range config.AuthInfos {
		credentials["client-key-data"] = credentials["client-key-data"] || len(user.ClientKeyData) > 0
		credentials["password"] = credentials["password"] || user.Password != ""
		credentials["token"] = credentials["token"] || user.Token != ""
	}
	for _, field := range []string{"client-key-data", "password", "token"} {
		if credentials[field] {
			found.Credentials = append(found.Credentials, field)
		}
	}
	context, ok := config.Contexts[config.CurrentContext]
	if !ok && config.CurrentContext != "" {
		return found
	}
	if !ok {
		context = api.NewContext()
	}
	found.Cluster = context.Cluster
	if cluster, ok := config.Clusters[context.Cluster]; ok {
		found.Server = cluster.Server
	}
	if user, ok := config.AuthInfos[context.AuthInfo]; ok && user.Exec != nil && user.Exec.Args != nil {
		found.Args = user.Exec.Args
	}
	return found
}
