using System.Text.Json.Nodes;
using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Node.Pods;

namespace KafkaMesh.Playground.Tests.Node.Pods;

[Collection(PlaygroundCollection.Name)]
public sealed class UnsupportedFieldsTests(PlaygroundFixture cluster)
{
    private const string App = """ "containers":[{"name":"app"}] """;

    [Theory]
    [InlineData(""" "hostNetwork":true, """ + App, "spec.hostNetwork")]
    [InlineData(""" "hostPID":true, """ + App, "spec.hostPID")]
    [InlineData(""" "hostIPC":true, """ + App, "spec.hostIPC")]
    [InlineData(""" "shareProcessNamespace":true, """ + App, "spec.shareProcessNamespace")]
    [InlineData(""" "hostUsers":false, """ + App, "spec.hostUsers")]
    [InlineData(""" "runtimeClassName":"gvisor", """ + App, "spec.runtimeClassName")]
    [InlineData(""" "activeDeadlineSeconds":5, """ + App, "spec.activeDeadlineSeconds")]
    [InlineData(""" "securityContext":{"sysctls":[{"name":"a","value":"b"}]}, """ + App, "spec.securityContext.sysctls")]
    [InlineData(""" "securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"x"}}, """ + App, "spec.securityContext.seccompProfile")]
    [InlineData(""" "volumes":[{"name":"data","hostPath":{"path":"/"}}], """ + App, "spec.volumes[data].hostPath")]
    [InlineData(""" "volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"x"}}], """ + App, "spec.volumes[data].persistentVolumeClaim")]
    [InlineData(""" "volumes":[{"name":"all","projected":{"sources":[{"clusterTrustBundle":{}}]}}], """ + App, "spec.volumes[all].projected.sources")]
    [InlineData(""" "dnsPolicy":"Default", """ + App, "spec.dnsPolicy: Default")]
    [InlineData(""" "containers":[{"name":"app","ports":[{"containerPort":80,"hostPort":8080}]}] """, "spec.containers[app].ports: hostPort 8080")]
    [InlineData(""" "containers":[{"name":"app","env":[{"name":"A","valueFrom":{"fileKeyRef":{"key":"x"}}}]}] """, "spec.containers[app].env[A].valueFrom")]
    [InlineData(""" "containers":[{"name":"app","tty":true}] """, "spec.containers[app].tty")]
    [InlineData(""" "containers":[{"name":"app","resources":{"limits":{"nvidia.com/gpu":"1"}}}] """, "spec.containers[app].resources: nvidia.com/gpu")]
    [InlineData(""" "containers":[{"name":"app","volumeMounts":[{"name":"v","mountPropagation":"Bidirectional"}]}] """, "spec.containers[app].volumeMounts[v].mountPropagation")]
    [InlineData(""" "initContainers":[{"name":"i","restartPolicy":"Never"}], """ + App, "spec.initContainers[i].restartPolicy")]
    [InlineData(""" "containers":[{"name":"app","securityContext":{"appArmorProfile":{"type":"Localhost"}}}] """, "spec.containers[app].securityContext.appArmorProfile")]
    public void Find_FieldThatTheNodeDoesNotOffer_NamesIt(string spec, string field) =>
        Assert.StartsWith(field, UnsupportedFields.Find((JsonObject)JsonNode.Parse($$"""{"spec":{ {{spec}} } }""")!));

    [Fact]
    public void Find_WhatDefaultsAndTheSidecarWrite_IsOffered()
    {
        const string pod = """
            {"spec":{"hostNetwork":false,"restartPolicy":"Always","dnsPolicy":"ClusterFirst","enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority","priority":0,
             "securityContext":{"seccompProfile":{"type":"RuntimeDefault"},"fsGroup":5},"tolerations":[{"operator":"Exists"}],
             "volumes":[{"name":"a","emptyDir":{}},{"name":"b","projected":{"defaultMode":420,"sources":[{"serviceAccountToken":{"path":"token"}},{"configMap":{"name":"x"}},{"downwardAPI":{}}]}}],
             "initContainers":[{"name":"kafkamesh-proxy","restartPolicy":"Always","securityContext":{"capabilities":{"drop":["ALL"]}}}],
             "containers":[{"name":"app","resources":{"limits":{"cpu":"1","memory":"1Gi","ephemeral-storage":"1Gi"}},"volumeMounts":[{"name":"a","recursiveReadOnly":"Disabled"}]}]}}
            """;
        Assert.Null(UnsupportedFields.Find((JsonObject)JsonNode.Parse(pod)!));
    }

    [Fact]
    public async Task Pod_OnHostNetwork_FailsByNameAndNeverRuns()
    {
        await cluster.CreatePodAsync("host", """ "hostNetwork":true,"containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"]}]""");
        var pod = await cluster.WaitPhaseAsync("host", "Failed");
        Assert.Equal("UnsupportedPodFeature", pod.Text("status", "reason"));
        Assert.StartsWith("spec.hostNetwork: the playground never gives a pod the machine's own namespaces", pod.Text("status", "message"));
        Assert.Null(pod.Text("status", "podIP"));
        Assert.Contains(cluster.Client.List("v1", "Event", "default"), e => e.Text("involvedObject", "name") == "host" && e.Text("reason") == "UnsupportedPodFeature");
        await cluster.DeleteAsync("host");
        await cluster.WaitAsync("Pod", "host", p => p is null);
    }
}
