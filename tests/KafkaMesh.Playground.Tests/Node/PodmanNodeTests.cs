using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Tests.Node;

public sealed class PodmanNodeTests(PodmanPlaygroundFixture cluster) : IClassFixture<PodmanPlaygroundFixture>
{
    [Fact]
    public async Task Pod_InitSidecarAndApp_StartInOrderAndBecomeReady()
    {
        await cluster.CreatePodAsync("order", """
            "terminationGracePeriodSeconds":5,"volumes":[{"name":"order","emptyDir":{}}],
            "initContainers":[
              {"name":"first","image":"IMAGE","command":["sh","-c","echo first >> /order/log"],"volumeMounts":[{"name":"order","mountPath":"/order"}]},
              {"name":"side","image":"IMAGE","restartPolicy":"Always","command":["sh","-c","trap 'exit 0' TERM; echo side >> /order/log; sleep 1000 & wait"],
               "startupProbe":{"exec":{"command":["grep","side","/order/log"]},"periodSeconds":1},"volumeMounts":[{"name":"order","mountPath":"/order"}]}],
            "containers":[{"name":"app","image":"IMAGE","command":["sh","-c","trap 'exit 0' TERM; echo app >> /order/log; cat /order/log; hostname -i; sleep 1000 & wait"],
              "readinessProbe":{"exec":{"command":["grep","app","/order/log"]},"periodSeconds":1},"volumeMounts":[{"name":"order","mountPath":"/order"}]}]
            """);
        var pod = await cluster.WaitReadyAsync("order");
        Assert.StartsWith("podman://", pod.Objects("status", "containerStatuses")[0].Text("containerID"));
        Assert.Equal($"first\nside\napp\n{pod.Text("status", "podIP")}\n", await cluster.LogAsync("order", "app"));
        Assert.Equal((0, "order"), await cluster.ExecAsync("order", "app", "hostname"));
        await cluster.DeleteAsync("order");
        await cluster.WaitAsync("Pod", "order", p => p is null);
    }

    [Fact]
    public async Task Pod_AppThatFails_EndsFailedWithItsExitCode()
    {
        await cluster.CreatePodAsync("once", """ "restartPolicy":"Never","containers":[{"name":"app","image":"IMAGE","command":["sh","-c","echo said; exit 5"]}]""");
        var pod = await cluster.WaitPhaseAsync("once", "Failed");
        Assert.Equal(5, pod.Objects("status", "containerStatuses")[0].Number("state", "terminated", "exitCode"));
        Assert.Equal("said\n", await cluster.LogAsync("once", "app"));
    }

    [Fact]
    public async Task Pod_InitContainerWithNetAdmin_RedirectsThePodsConnections()
    {
        await cluster.CreatePodAsync("redirect", """
            "terminationGracePeriodSeconds":1,
            "initContainers":[{"name":"rules","image":"TOOLS","securityContext":{"runAsUser":0,"capabilities":{"drop":["ALL"],"add":["NET_ADMIN"]},"seccompProfile":{"type":"RuntimeDefault"}},
              "command":["iptables","-w","-t","nat","-A","OUTPUT","-p","tcp","--dport","9092","-j","REDIRECT","--to-ports","4591"]}],
            "containers":[{"name":"app","image":"IMAGE","command":["busybox","nc","-ll","-p","4591","-e","echo","redirected"],"readinessProbe":{"tcpSocket":{"port":4591},"periodSeconds":1}}]
            """);
        await cluster.WaitReadyAsync("redirect");
        Assert.Equal("redirected", (await cluster.ExecAsync("redirect", "app", "nc -w 5 10.200.1.1 9092 < /dev/null")).Output);
        await cluster.DeleteAsync("redirect");
    }
}
