using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Tests.Node;

public sealed class NodeAgentTests(PlaygroundFixture cluster) : IClassFixture<PlaygroundFixture>
{
    [Fact]
    public async Task Pod_InitSidecarAndApp_StartInOrderAndStopInReverse()
    {
        const string mark = "trap 'echo $1-stop >> /order/log; exit 0' TERM; echo $1-start >> /order/log; sleep 1000 & wait";
        var script = JsonValue.Create(mark).ToJsonString();
        await cluster.CreatePodAsync("order", """
            "restartPolicy":"Always","terminationGracePeriodSeconds":10,
            "volumes":[{"name":"order","emptyDir":{}}],
            "initContainers":[
              {"name":"first","image":"IMAGE","command":["sh","-c","echo first >> /order/log"],"volumeMounts":[{"name":"order","mountPath":"/order"}]},
              {"name":"side","image":"IMAGE","restartPolicy":"Always","command":["sh","-c",SCRIPT,"sh","side"],
               "startupProbe":{"exec":{"command":["grep","side-start","/order/log"]},"periodSeconds":1},"volumeMounts":[{"name":"order","mountPath":"/order"}]},
              {"name":"second","image":"IMAGE","command":["sh","-c","echo second >> /order/log"],"volumeMounts":[{"name":"order","mountPath":"/order"}]}],
            "containers":[{"name":"app","image":"IMAGE","command":["sh","-c",SCRIPT,"sh","app"],"volumeMounts":[{"name":"order","mountPath":"/order"}]}]
            """.Replace("SCRIPT", script, StringComparison.Ordinal));
        await cluster.WaitReadyAsync("order");
        var (_, before) = await cluster.ExecAsync("order", "app", "while ! grep -q app-start /order/log; do sleep 0.02; done; cat /order/log");
        Assert.Equal("first\nside-start\nsecond\napp-start", before);

        // The file goes with the pod: follow it from outside the container while it stops.
        var file = Directory.GetFiles(cluster.Playground.Instance.StateDirectory + "/pods", "log", SearchOption.AllDirectories).Single(path => path.EndsWith("volumes/order/log", StringComparison.Ordinal));
        await using var reader = File.OpenRead(file);
        await cluster.DeleteAsync("order");
        await cluster.WaitAsync("Pod", "order", pod => pod is null);
        var after = await new StreamReader(reader).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("first\nside-start\nsecond\napp-start\napp-stop\nside-stop\n", after);
    }

    [Fact]
    public async Task Pod_EnvironmentAndVolumes_HoldWhatTheSpecificationNames()
    {
        await cluster.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default"},"data":{"mode":"fast"}}""");
        await cluster.CreateAsync("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"keys","namespace":"default"},"stringData":{"password":"s3cret"}}""");
        await cluster.CreatePodAsync("content", """
            "restartPolicy":"Never",
            "volumes":[{"name":"c","configMap":{"name":"settings"}},{"name":"s","secret":{"secretName":"keys","defaultMode":256}},
                       {"name":"d","downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}},{"name":"m","emptyDir":{"medium":"Memory","sizeLimit":"1Mi"}}],
            "containers":[{"name":"app","image":"IMAGE",
              "env":[{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},{"name":"MODE","valueFrom":{"configMapKeyRef":{"name":"settings","key":"mode"}}},
                     {"name":"PASSWORD","valueFrom":{"secretKeyRef":{"name":"keys","key":"password"}}},{"name":"BOTH","value":"$(MODE)-$(PASSWORD)-$(UNKNOWN)-$$(MODE)"},
                     {"name":"LIMIT","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}],
              "resources":{"limits":{"memory":"64Mi"}},
              "volumeMounts":[{"name":"c","mountPath":"/c"},{"name":"s","mountPath":"/s","readOnly":true},{"name":"d","mountPath":"/d"},{"name":"m","mountPath":"/m"}],
              "command":["sh","-c","echo $BOTH $LIMIT; echo $IP; hostname -i; cat /c/mode; echo; stat -Lc %a /s/password; cat /d/labels; echo; grep -c ' /m tmpfs' /proc/mounts; cut -d. -f2 /var/run/secrets/kubernetes.io/serviceaccount/token | base64 -d 2>/dev/null | grep -o 'serviceaccount:default:default'; grep -c BEGIN /var/run/secrets/kubernetes.io/serviceaccount/ca.crt; cat /var/run/secrets/kubernetes.io/serviceaccount/namespace"]}]
            """, """{"app":"content"}""");
        var pod = await cluster.WaitPhaseAsync("content", "Succeeded");
        var lines = (await cluster.LogAsync("content", "app")).TrimEnd().Split('\n');
        Assert.Equal("fast-s3cret-$(UNKNOWN)-$(MODE) 64", lines[0]);
        Assert.StartsWith("10.77.1.", lines[1]);
        Assert.Equal(lines[1], pod.Text("status", "podIP"));
        Assert.Equal([lines[1], "fast", "400", "app=\"content\"", "1", "serviceaccount:default:default", "1", "default"], lines[2..]);
    }

    [Fact]
    public async Task Pod_AppThatFails_IsRestartedWithItsPreviousLogKept()
    {
        await cluster.CreatePodAsync("crash", """
            "volumes":[{"name":"v","emptyDir":{}}],
            "containers":[{"name":"app","image":"IMAGE","command":["sh","-c","echo run >> /v/n; echo run $(wc -l < /v/n); test $(wc -l < /v/n) -ge 3 && sleep 1000; exit 5"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}]
            """);
        var pod = await cluster.WaitAsync("Pod", "crash", p => p.Objects("status", "containerStatuses") is [var s] && s.Number("restartCount") == 2 && s.At("state", "running") is not null);
        Assert.Equal(5, pod.Objects("status", "containerStatuses")[0].Number("lastState", "terminated", "exitCode"));
        Assert.Equal("run 2\n", await cluster.LogAsync("crash", "app", new LogOptions { Previous = true }));
        await cluster.DeleteAsync("crash");
    }

    [Fact]
    public async Task Pod_LivenessProbeFails_ContainerIsRestarted()
    {
        await cluster.CreatePodAsync("sick", """
            "terminationGracePeriodSeconds":1,
            "containers":[{"name":"app","image":"IMAGE","command":["sh","-c","sleep 1000"],"livenessProbe":{"exec":{"command":["false"]},"periodSeconds":1,"failureThreshold":2}}]
            """);
        await cluster.WaitAsync("Pod", "sick", p => p.Objects("status", "containerStatuses") is [var s] && s.Number("restartCount") >= 1);
        Assert.Contains(cluster.Client.List("v1", "Event", "default"), e => e.Text("involvedObject", "name") == "sick" && e.Text("reason") == "Unhealthy");
        await cluster.DeleteAsync("sick");
    }

    [Fact]
    public async Task Pod_IgnoresSigterm_IsKilledAfterItsGracePeriod()
    {
        await cluster.CreatePodAsync("stubborn", """
            "terminationGracePeriodSeconds":1,"containers":[{"name":"app","image":"IMAGE","command":["sh","-c","trap '' TERM; while :; do sleep 0.1; done"]}]
            """);
        await cluster.WaitReadyAsync("stubborn");
        var started = System.Diagnostics.Stopwatch.StartNew();
        await cluster.DeleteAsync("stubborn");
        await cluster.WaitAsync("Pod", "stubborn", p => p is null);
        Assert.InRange(started.Elapsed.TotalSeconds, 0.9, 15);
    }

    [Theory]
    [InlineData("absent-never", "Never", "ErrImageNeverPull")]
    [InlineData("absent-pull", "IfNotPresent", "ImagePullBackOff")]
    public async Task Pod_MissingImage_WaitsWithTheKubeletsReason(string name, string policy, string reason)
    {
        await cluster.CreatePodAsync(name, $$""" "containers":[{"name":"app","image":"nobody/has:this","imagePullPolicy":"{{policy}}"}]""");
        await cluster.WaitAsync("Pod", name, p => p.Objects("status", "containerStatuses") is [var s] && s.Text("state", "waiting", "reason") == reason);
        await cluster.DeleteAsync(name);
    }

    [Fact]
    public async Task Pod_RunAsNonRootWithARootUser_IsRefused()
    {
        await cluster.CreatePodAsync("rootless", """ "securityContext":{"runAsNonRoot":true,"runAsUser":0},"containers":[{"name":"app","image":"IMAGE","command":["true"]}]""");
        var pod = await cluster.WaitAsync("Pod", "rootless", p => p.Objects("status", "containerStatuses") is [var s] && s.Text("state", "waiting", "reason") == "CreateContainerConfigError");
        Assert.Contains("container's runAsUser breaks non-root policy", pod.Objects("status", "containerStatuses")[0].Text("state", "waiting", "message"), StringComparison.Ordinal);
        await cluster.DeleteAsync("rootless");
    }

    [Fact]
    public async Task Service_ReadyPods_AreReachedByNameAndUnreadyOnesAreNot()
    {
        await cluster.CreateAsync("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"default"},"spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":"http"}]}}""");
        await cluster.CreatePodAsync("web", """
            "containers":[{"name":"app","image":"IMAGE","command":["sh","-c","mkdir -p /tmp/w; echo served > /tmp/w/index.html; busybox httpd -f -p 8080 -h /tmp/w"],
              "ports":[{"name":"http","containerPort":8080}],"readinessProbe":{"exec":{"command":["test","-f","/tmp/ready"]},"periodSeconds":1}}]
            """, """{"app":"web"}""");
        await cluster.WaitAsync("Endpoints", "web", e => e.Objects("subsets") is [var s] && s.Objects("notReadyAddresses").Count == 1);
        await cluster.CreatePodAsync("client", """ "containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"]}]""");
        await cluster.WaitReadyAsync("client");
        const string get = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 {0} 80";
        var (refused, said) = await cluster.ExecAsync("client", "app", "nc -w 5 web 80 < /dev/null");
        Assert.NotEqual(0, refused);
        Assert.Contains("Connection refused", said, StringComparison.Ordinal);

        await cluster.ExecAsync("web", "app", "touch /tmp/ready");
        await cluster.WaitAsync("Endpoints", "web", e => e.Objects("subsets") is [var s] && s.Objects("addresses").Count == 1);
        Assert.Equal((0, "served"), await cluster.ExecAsync("client", "app", "i=0; until " + string.Format(get, "web.default.svc.cluster.local") + " 2>/dev/null | grep served; do i=$((i+1)); test $i -lt 100 || exit 1; sleep 0.05; done"));
        Assert.Equal((0, "served"), await cluster.ExecAsync("client", "app", string.Format(get, "web") + " | grep served"));
        await cluster.DeleteAsync("web");
        await cluster.DeleteAsync("client");
    }

    [Fact]
    public async Task Pod_ApiServerService_IsReachedWithThePodsToken()
    {
        await cluster.CreatePodAsync("caller", """ "containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"]}]""");
        await cluster.WaitReadyAsync("caller");
        const string program = "import os,ssl,urllib.request;d='/var/run/secrets/kubernetes.io/serviceaccount/';"
            + "r=urllib.request.Request('https://kubernetes.default.svc/version',headers={'Authorization':'Bearer '+open(d+'token').read()});"
            + "print(urllib.request.urlopen(r,context=ssl.create_default_context(cafile=d+'ca.crt')).status)";
        Assert.Equal((0, "200"), await cluster.ExecAsync("caller", "app", $"python3 -c \"{program}\""));
        await cluster.DeleteAsync("caller");
    }

    [Fact]
    public async Task Pod_InitContainerWithNetAdmin_RedirectsThePodsConnections()
    {
        const string rights = """ "securityContext":{"runAsUser":0,"runAsNonRoot":false,"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"],"add":["NET_ADMIN"]},"seccompProfile":{"type":"RuntimeDefault"}}""";
        await cluster.CreatePodAsync("redirect", """
            "initContainers":[{"name":"rules","image":"TOOLS","RIGHTS","command":["iptables","-w","-t","nat","-A","OUTPUT","-p","tcp","--dport","9092","-j","REDIRECT","--to-ports","4591"]}],
            "containers":[{"name":"app","image":"IMAGE","command":["busybox","nc","-ll","-p","4591","-e","echo","redirected"],"readinessProbe":{"tcpSocket":{"port":4591},"periodSeconds":1}},
                          {"name":"admin","image":"TOOLS","RIGHTS","command":["iptables","-w","-t","nat","-vS","OUTPUT"]}]
            """.Replace("\"RIGHTS\"", rights, StringComparison.Ordinal));
        await cluster.WaitAsync("Pod", "redirect", p => p.Objects("status", "containerStatuses").Any(c => c.Text("name") == "app" && c.Flag("ready") == true));
        Assert.Equal("redirected", (await cluster.ExecAsync("redirect", "app", "nc -w 5 10.200.1.1 9092 < /dev/null")).Output);
        await cluster.WaitAsync("Pod", "redirect", p => WasRestarted(p) && CountersAsync().GetAwaiter().GetResult());
        await cluster.DeleteAsync("redirect");

        // The second container prints the rules each time that it is restarted, with the packets that they have seen. It is made after the first one is ready.
        static bool WasRestarted(JsonObject? pod) => pod.Objects("status", "containerStatuses").Any(c => c.Text("name") == "admin" && c.Number("restartCount") > 0);
        async Task<bool> CountersAsync() => (await cluster.LogAsync("redirect", "admin")).Contains("-c 1 60 -j REDIRECT --to-ports 4591", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_DeletedWhileItsContainerStarts_GoesAway()
    {
        var cancel = TestContext.Current.CancellationToken;
        for (var i = 0; i < 6; i++)
        {
            var name = $"brief{i}";
            await cluster.CreatePodAsync(name, """ "terminationGracePeriodSeconds":1,"containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"]}]""");

            // The event is written before the process is started, which takes tens of milliseconds.
            await foreach (var change in cluster.Playground.Cluster.ClientFor("tester").WatchAsync("v1", "Event", "default", cancel))
            {
                if (change.Object.Text("involvedObject", "name") == name && change.Object.Text("reason") == "Pulled") break;
            }
            await cluster.DeleteAsync(name);
            await cluster.WaitAsync("Pod", name, pod => pod is null);
        }
    }

    [Fact]
    public async Task Kubectl_Logs_WorkAgainstTheNode()
    {
        await cluster.CreatePodAsync("shell", """ "containers":[{"name":"app","image":"IMAGE","command":["sh","-c","echo one; echo two; sleep 1000"]}]""");
        await cluster.WaitReadyAsync("shell");
        Assert.Equal((0, "inside shell"), await cluster.ExecAsync("shell", "app", "echo inside $(hostname)"));
        Assert.Equal((0, "two"), await cluster.KubectlAsync("logs", "shell", "--tail=1"));
        await cluster.DeleteAsync("shell");
    }
}
