using System.Diagnostics;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Tests.ApiServer.Replay;

namespace KafkaMesh.Playground.Tests.ApiServer;

/// <summary>The real kubectl (the one on the PATH, and Debian's 1.20 when the set-up script unpacked it) against the API server.</summary>
public sealed class KubectlTests
{
    private const string Monitor =
        "apiVersion: kafkamesh.io/v1alpha1\nkind: KafkaMonitor\nmetadata: {name: orders, namespace: demo, labels: {app: orders}}\n" +
        "spec: {ports: [9092, 9093], selector: {matchLabels: {app: orders}}}\n";

    [Theory]
    [InlineData("current")]
    [InlineData("1.20")]
    public async Task Kubectl_ApplyGetPatchExplainDelete_Works(string version)
    {
        var kubectl = Find(version);
        Assert.SkipWhen(kubectl is null, $"kubectl {version} was not found: run the set-up script, which unpacks it into out/tools.");
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: TestContext.Current.CancellationToken);
        var run = new Kubectl(kubectl!, cluster.KubeconfigPath, cluster.Directory);
        await run.SucceedsAsync("apply -f -", "apiVersion: v1\nkind: Namespace\nmetadata: {name: demo}\n");
        await run.SucceedsAsync("apply -f -", Definition());
        await run.SucceedsAsync("wait --for=condition=Established crd/kafkamonitors.kafkamesh.io --timeout=30s");
        Assert.Contains("created", await run.SucceedsAsync("apply -f -", Monitor), StringComparison.Ordinal);
        Assert.Contains("unchanged", await run.SucceedsAsync("apply -f -", Monitor), StringComparison.Ordinal);
        Assert.Contains("configured", await run.SucceedsAsync("apply -f -", Monitor.Replace(", 9093", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("[9092]", (await run.SucceedsAsync("get kmon orders -n demo -o jsonpath={.spec.ports}")).Trim());
        Assert.Contains("orders", await run.SucceedsAsync("get kmon -n demo -o wide"), StringComparison.Ordinal);
        Assert.Contains("Annotation", await run.SucceedsAsync("describe kmon orders -n demo"), StringComparison.Ordinal);
        Assert.Contains("selector", await run.SucceedsAsync("explain kafkamonitor.spec"), StringComparison.Ordinal);
        Assert.Contains("labeled", await run.SucceedsAsync("label kmon orders -n demo tier=gold"), StringComparison.Ordinal);
        Assert.Contains("annotated", await run.SucceedsAsync("annotate kmon orders -n demo note=hello"), StringComparison.Ordinal);
        Assert.Contains("patched", await run.SucceedsAsync("patch kmon orders -n demo --type=merge -p {\"spec\":{\"ports\":[9094]}}"), StringComparison.Ordinal);
        Assert.Contains("kafkamonitors", await run.SucceedsAsync("api-resources"), StringComparison.Ordinal);
        Assert.Contains("should be greater than or equal to 1", await run.FailsAsync("patch kmon orders -n demo --type=merge -p {\"spec\":{\"ports\":[0]}}"), StringComparison.Ordinal);
        Assert.Contains("deleted", await run.SucceedsAsync("delete kmon orders -n demo --timeout=30s"), StringComparison.Ordinal);
        Assert.Contains("NotFound", await run.FailsAsync("get kmon orders -n demo"), StringComparison.Ordinal);
        Assert.Contains("deleted", await run.SucceedsAsync("delete crd kafkamonitors.kafkamesh.io --timeout=30s"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_ServerSideApply_TakesOverDropsAndConflicts()
    {
        var kubectl = Find("current");
        Assert.SkipWhen(kubectl is null, "kubectl was not found on the PATH.");
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: TestContext.Current.CancellationToken);
        var run = new Kubectl(kubectl!, cluster.KubeconfigPath, cluster.Directory);
        await run.SucceedsAsync("create namespace demo");
        await run.SucceedsAsync("apply -f -", Definition());
        await run.SucceedsAsync("wait --for=condition=Established crd/kafkamonitors.kafkamesh.io --timeout=30s");
        await run.SucceedsAsync("apply -f -", Monitor);
        var takenOver = await run.SucceedsAsync("apply --server-side -f -", Monitor);
        Assert.Equal("kafkamonitor.kafkamesh.io/orders serverside-applied", takenOver.Trim());

        // The only label is dropped with all that the manager owns of metadata: the object keeps its name. Before 1.26 kubectl did
        // not take over what it had applied at the client: the label stays, because its other self still owns it.
        await run.SucceedsAsync("apply --server-side -f -", Monitor.Replace(", labels: {app: orders}", "", StringComparison.Ordinal));
        var labels = await KubectlVersion.IsAtLeastAsync(26) ? "" : """{"app":"orders"}""";
        Assert.Equal("orders:" + labels, await run.SucceedsAsync("get kmon orders -n demo -o jsonpath={.metadata.name}:{.metadata.labels}"));

        var other = Monitor.Replace("name: orders", "name: payments", StringComparison.Ordinal).Replace("spec: {", "spec: {direction: Both, ", StringComparison.Ordinal);
        await run.SucceedsAsync("apply --server-side --field-manager=first -f -", other);
        var conflict = await run.FailsAsync("apply --server-side --field-manager=second -f -", other.Replace("Both", "Inbound", StringComparison.Ordinal));
        Assert.Contains("conflict with \"first\": .spec.direction", conflict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_TokenKubeconfig_IsTheAdministrator()
    {
        var kubectl = Find("current");
        Assert.SkipWhen(kubectl is null, "kubectl was not found on the PATH.");
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: TestContext.Current.CancellationToken);
        var run = new Kubectl(kubectl!, cluster.TokenKubeconfigPath, cluster.Directory);
        Assert.Contains("kube-system", await run.SucceedsAsync("get namespaces"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create namespace made", "namespace/made", "{.status.phase}", "Active")]
    [InlineData("create configmap made --from-literal=a=b", "configmap/made", "{.data.a}", "b")]
    [InlineData("create secret generic made --from-literal=a=b", "secret/made", "{.data.a}", "Yg==")]
    [InlineData("create secret docker-registry made --docker-server=s --docker-username=u --docker-password=p", "secret/made", "{.type}", "kubernetes.io/dockerconfigjson")]
    [InlineData("create serviceaccount made", "serviceaccount/made", "{.metadata.name}", "made")]
    [InlineData("create deployment made --image=i --replicas=2 --port=80 -- sleep 1", "deployment/made", "{.spec.replicas},{.spec.template.spec.containers[0].ports[0].containerPort}", "2,80")]
    [InlineData("create job made --image=i -- sleep 1", "job/made", "{.spec.template.spec.restartPolicy}", "Never")]
    [InlineData("create role made --verb=get,list --resource=pods --resource-name=p", "role/made", "{.rules}", """[{"apiGroups":[""],"resourceNames":["p"],"resources":["pods"],"verbs":["get","list"]}]""")]
    [InlineData("create rolebinding made --role=r --serviceaccount=default:a --user=joe", "rolebinding/made", "{.subjects[*].kind},{.roleRef.name}", "User ServiceAccount,r")]
    [InlineData("create clusterrole made --verb=get --non-resource-url=/healthz", "clusterrole/made", "{.rules}", """[{"nonResourceURLs":["/healthz"],"verbs":["get"]}]""")]
    [InlineData("create clusterrolebinding made --clusterrole=r --group=g", "clusterrolebinding/made", "{.subjects[0].name}", "g")]
    [InlineData("create quota made --hard=cpu=1,pods=2", "quota/made", "{.spec.hard}", """{"cpu":"1","pods":"2"}""")]
    [InlineData("create priorityclass made --value=-7 --description=d", "priorityclass/made", "{.value},{.description}", "-7,d")]
    [InlineData("create service clusterip made --tcp=80:web", "service/made", "{.spec.ports[0].targetPort},{.spec.ports[0].port}", "web,80")]
    public async Task Kubectl_TypedCommand_IsReadFromProtobuf(string command, string made, string field, string expected)
    {
        var kubectl = Find("current");
        Assert.SkipWhen(kubectl is null, "kubectl was not found on the PATH.");
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: TestContext.Current.CancellationToken);
        var run = new Kubectl(kubectl!, cluster.KubeconfigPath, cluster.Directory);
        Assert.Contains("created", await run.SucceedsAsync(command), StringComparison.Ordinal);
        Assert.Equal(expected, await run.SucceedsAsync($"get {made} -o jsonpath={field}"));
    }

    // Before 1.21 kubectl creates it in policy/v1beta1, which Kubernetes has not served since 1.25.
    [Fact]
    public async Task Kubectl_CreateDisruptionBudget_IsReadFromProtobuf()
    {
        Assert.SkipWhen(Find("current") is null, "kubectl was not found on the PATH.");
        await KubectlVersion.RequireAsync("a PodDisruptionBudget in policy/v1", 21);
        await Kubectl_TypedCommand_IsReadFromProtobuf("create pdb made --selector=app=a --min-available=50%", "pdb/made", "{.spec.minAvailable}", "50%");
    }

    [Fact]
    public async Task Kubectl_TypedQuestions_AreAnswered()
    {
        var kubectl = Find("current");
        Assert.SkipWhen(kubectl is null, "kubectl was not found on the PATH.");
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: TestContext.Current.CancellationToken);
        var run = new Kubectl(kubectl!, cluster.KubeconfigPath, cluster.Directory);
        Assert.Contains("created", await run.SucceedsAsync("create serviceaccount robot"), StringComparison.Ordinal);
        Assert.Equal(3, (await TokenAsync(run, "robot")).Split('.').Length);
        Assert.Equal("yes", (await run.SucceedsAsync("auth can-i get pods")).Trim());
        Assert.Contains("no", await run.FailsAsync("auth can-i get pods --as=joe"), StringComparison.Ordinal);
        Assert.Contains("selfsubjectaccessreviews", await run.SucceedsAsync("auth can-i --list --as=joe"), StringComparison.Ordinal);
        Assert.Contains("admin", await WhoAmIAsync(run), StringComparison.Ordinal);
        Assert.Contains("created", await run.SucceedsAsync("create deployment web --image=i"), StringComparison.Ordinal);
        Assert.Contains("scaled", await run.SucceedsAsync("scale deployment/web --replicas=0"), StringComparison.Ordinal);
        Assert.Contains("created", await run.SucceedsAsync("create serviceaccount default"), StringComparison.Ordinal);
        Assert.Contains("created", await run.SucceedsAsync("run made --image=i --restart=Never --env=A=B --labels=x=y"), StringComparison.Ordinal);
        Assert.Equal("""[{"name":"A","value":"B"}],y""", await run.SucceedsAsync("get pod/made -o jsonpath={.spec.containers[0].env},{.metadata.labels.x}"));
        Assert.Contains("exposed", await run.SucceedsAsync("expose deployment/web --port=80"), StringComparison.Ordinal);
        Assert.Contains("already exists", await run.FailsAsync("create serviceaccount robot"), StringComparison.Ordinal);
    }

    // A kubectl without the command asks the same question with a body of its own.
    private static async Task<string> TokenAsync(Kubectl run, string account)
    {
        if (await KubectlVersion.IsAtLeastAsync(24)) return await run.SucceedsAsync($"create token {account} --duration=1h --audience=https://kubernetes.default.svc.cluster.local");
        const string request = """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["https://kubernetes.default.svc.cluster.local"],"expirationSeconds":3600}}""";
        return JsonNode.Parse(await run.SucceedsAsync($"create --raw /api/v1/namespaces/default/serviceaccounts/{account}/token -f -", request))!["status"]!["token"]!.ToString();
    }

    private static async Task<string> WhoAmIAsync(Kubectl run)
    {
        if (await KubectlVersion.IsAtLeastAsync(28)) return await run.SucceedsAsync("auth whoami");
        const string review = """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""";
        return JsonNode.Parse(await run.SucceedsAsync("create --raw /apis/authentication.k8s.io/v1/selfsubjectreviews -f -", review))!["status"]!["userInfo"]!["username"]!.ToString();
    }

    // The recorded definition without its CEL rules, which this server refuses by name.
    private static string Definition()
    {
        var crd = KafkaMesh.Playground.ApiServer.Rest.YamlDecoding.Decode(System.Text.Encoding.UTF8.GetBytes(Transcript.Manifest("raw-cr", "crd.yaml")))!;
        RecordedParts.RemoveRules(crd);
        return crd.ToJsonString();
    }

    private static string? Find(string version)
    {
        if (version == "current")
        {
            return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "out", "tools", $"kubectl-{version}");
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private sealed class Kubectl(string path, string kubeconfig, string home)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        public async Task<string> SucceedsAsync(string arguments, string? stdin = null)
        {
            var (exit, output) = await RunAsync(arguments, stdin);
            Assert.True(exit == 0, $"kubectl {arguments} ended with {exit}: {output}");
            return output;
        }

        public async Task<string> FailsAsync(string arguments, string? stdin = null)
        {
            var (exit, output) = await RunAsync(arguments, stdin);
            Assert.True(exit != 0, $"kubectl {arguments} succeeded: {output}");
            return output;
        }

        private async Task<(int Exit, string Output)> RunAsync(string arguments, string? stdin)
        {
            var start = new ProcessStartInfo(path) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in arguments.Split(' '))
            {
                start.ArgumentList.Add(argument);
            }

            start.Environment["KUBECONFIG"] = kubeconfig;
            start.Environment["HOME"] = home;
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(stdin ?? "");
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + await errors);
        }
    }
}
