using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Node.Pods;

namespace KafkaMesh.Playground.Tests.Node;

/// <summary>Fields of a pod that are easily forgotten, held to what a kubelet makes of them.</summary>
[Collection(PlaygroundCollection.Name)]
public sealed class PodFieldsTests(PlaygroundFixture cluster)
{
    [Fact]
    public async Task Pod_ServicesOfItsNamespace_AreInItsEnvironmentUnlessItSaysNo()
    {
        await cluster.CreateAsync("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"my-broker","namespace":"default"},"spec":{"clusterIP":"10.96.77.77","ports":[{"name":"kafka-plain","port":9092}]}}""");
        const string show = """ "restartPolicy":"Never","containers":[{"name":"app","image":"IMAGE","command":["sh","-c","env | grep -E '^(MY_BROKER|KUBERNETES_SERVICE_PORT)' | sort"],"env":[{"name":"MY_BROKER_SERVICE_PORT","value":"own"}]}]""";
        await cluster.CreatePodAsync("linked", show);
        await cluster.CreatePodAsync("unlinked", """ "enableServiceLinks":false,""" + show);
        await cluster.WaitPhaseAsync("linked", "Succeeded");
        Assert.Equal(
            [
                "KUBERNETES_SERVICE_PORT=443", "KUBERNETES_SERVICE_PORT_HTTPS=443", "MY_BROKER_PORT=tcp://10.96.77.77:9092", "MY_BROKER_PORT_9092_TCP=tcp://10.96.77.77:9092",
                "MY_BROKER_PORT_9092_TCP_ADDR=10.96.77.77", "MY_BROKER_PORT_9092_TCP_PORT=9092", "MY_BROKER_PORT_9092_TCP_PROTO=tcp", "MY_BROKER_SERVICE_HOST=10.96.77.77",
                "MY_BROKER_SERVICE_PORT=own", "MY_BROKER_SERVICE_PORT_KAFKA_PLAIN=9092",
            ],
            (await cluster.LogAsync("linked", "app")).TrimEnd().Split('\n'));
        await cluster.WaitPhaseAsync("unlinked", "Succeeded");
        Assert.Equal(["KUBERNETES_SERVICE_PORT=443", "KUBERNETES_SERVICE_PORT_HTTPS=443", "MY_BROKER_SERVICE_PORT=own"], (await cluster.LogAsync("unlinked", "app")).TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Pod_PostStartHookFails_ContainerIsKilledAndStartedAgain()
    {
        await cluster.CreatePodAsync("hooked", """
            "terminationGracePeriodSeconds":1,"volumes":[{"name":"v","emptyDir":{}}],
            "containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"],"volumeMounts":[{"name":"v","mountPath":"/v"}],
              "lifecycle":{"postStart":{"exec":{"command":["sh","-c","echo x >> /v/n; test $(wc -l < /v/n) -ge 2"]}}}}]
            """);
        await cluster.WaitAsync("Pod", "hooked", p => p.Objects("status", "containerStatuses") is [var s] && s.Number("restartCount") == 1 && s.Flag("ready") == true);
        Assert.Contains(cluster.Client.List("v1", "Event", "default"), e => e.Text("involvedObject", "name") == "hooked" && e.Text("reason") == "FailedPostStartHook");
        await cluster.DeleteAsync("hooked");
    }

    [Fact]
    public async Task Pod_PostStartHookRuns_ContainersBehindItWait()
    {
        await cluster.CreatePodAsync("held-back", """
            "restartPolicy":"Never","volumes":[{"name":"v","emptyDir":{}}],
            "containers":[
              {"name":"first","image":"IMAGE","command":["sh","-c","until test -e /v/done; do sleep 0.05; done"],"volumeMounts":[{"name":"v","mountPath":"/v"}],
               "lifecycle":{"postStart":{"exec":{"command":["sh","-c","for i in 1 2 3 4 5; do test -e /v/second && exit 1; sleep 0.1; done; echo hook >> /v/order"]}}}},
              {"name":"second","image":"IMAGE","command":["sh","-c","touch /v/second; echo second >> /v/order; cat /v/order; touch /v/done"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}]
            """);
        await cluster.WaitPhaseAsync("held-back", "Succeeded");
        Assert.Equal("hook\nsecond\n", await cluster.LogAsync("held-back", "second"));
        await cluster.DeleteAsync("held-back");
    }

    [Fact]
    public async Task Pod_DeletedWhileAPostStartHookRuns_GoesWithoutTheContainersBehindIt()
    {
        await cluster.CreatePodAsync("held-up", """
            "terminationGracePeriodSeconds":1,
            "containers":[
              {"name":"first","image":"IMAGE","command":["sleep","1000"],"lifecycle":{"postStart":{"exec":{"command":["sleep","1000"]}}}},
              {"name":"second","image":"IMAGE","command":["sleep","1000"]}]
            """);
        await cluster.WaitAsync("Pod", "held-up", p => p.Objects("status", "containerStatuses") is [var first, var second] && first.At("state", "running") is not null && second.At("state", "waiting") is not null);
        await cluster.DeleteAsync("held-up");
        await cluster.WaitAsync("Pod", "held-up", pod => pod is null);
        Assert.DoesNotContain(cluster.Client.List("v1", "Event", "default"), e => e.Text("involvedObject", "name") == "held-up" && e.Text("involvedObject", "fieldPath") == "spec.containers{second}");
    }

    [Fact]
    public async Task Pod_PreStopHookTakesTheWholeGracePeriod_ProgramStillGetsItsSigterm()
    {
        await cluster.CreatePodAsync("slow-hook", """
            "terminationGracePeriodSeconds":1,"volumes":[{"name":"v","emptyDir":{}}],
            "containers":[{"name":"app","image":"IMAGE","command":["sh","-c","trap 'sleep 0.2; echo term >> /v/slow; exit 0' TERM; echo up >> /v/slow; while :; do sleep 0.05; done"],
              "volumeMounts":[{"name":"v","mountPath":"/v"}],"lifecycle":{"preStop":{"exec":{"command":["sleep","30"]}}},
              "readinessProbe":{"exec":{"command":["test","-s","/v/slow"]},"periodSeconds":1}}]
            """);
        await cluster.WaitReadyAsync("slow-hook");
        var file = Directory.GetFiles(cluster.Playground.Instance.StateDirectory + "/pods", "slow", SearchOption.AllDirectories).Single(path => path.EndsWith("volumes/v/slow", StringComparison.Ordinal));
        await using var reader = File.OpenRead(file);
        await cluster.DeleteAsync("slow-hook");
        await cluster.WaitAsync("Pod", "slow-hook", pod => pod is null);
        var written = await new StreamReader(reader).ReadToEndAsync(TestContext.Current.CancellationToken);
        var events = cluster.Client.List("v1", "Event", "default").Where(e => e.Text("involvedObject", "name") == "slow-hook").Select(e => $"{e.Text("firstTimestamp")} {e.Text("reason")} {e.Text("message")}");
        Assert.True(written == "up\nterm\n", $"{written}\n{string.Join('\n', events)}");
    }

    [Fact]
    public async Task Pod_SubdomainAndLongName_HaveTheNamesOfAKubelet()
    {
        var name = new string('n', 62) + "-tail";
        await cluster.CreatePodAsync(name, """
            "subdomain":"group","restartPolicy":"Never","containers":[{"name":"app","image":"IMAGE","command":["sh","-c","hostname; grep group /etc/hosts | cut -f2"]}]
            """);
        await cluster.WaitPhaseAsync(name, "Succeeded");
        var host = new string('n', 62);
        Assert.Equal($"{host}\n{host}.group.default.svc.cluster.local\n", await cluster.LogAsync(name, "app"));
    }

    [Fact]
    public async Task DownwardApiVolume_LabelChanges_ShowsTheNewOne()
    {
        var cancel = TestContext.Current.CancellationToken;
        await cluster.CreatePodAsync("labelled", """ "nodeSelector":{"no":"such"},"containers":[{"name":"app","image":"IMAGE"}]""", """{"app":"before"}""");
        var pod = cluster.Client.Get("v1", "Pod", "default", "labelled")!;
        await cluster.Client.ModifyAsync("v1", "Pod", "default", "labelled", "", p => { p["metadata"]!["labels"]!["app"] = "after"; return true; }, cancel);
        var volume = (JsonObject)JsonNode.Parse("""{"downwardAPI":{"items":[{"path":"app","fieldRef":{"fieldPath":"metadata.labels['app']"}}]}}""")!;
        var file = Assert.Single(await new VolumeContent(cluster.Client, null!, pod).CollectAsync(volume, cancel));
        Assert.Equal("after", Encoding.UTF8.GetString(file.Content));
        await cluster.DeleteAsync("labelled");
    }
}
