using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class MonitoredPodTests
{
    [Fact]
    public void Metadata_AnnotationsOfOthers_AreNotKept()
    {
        var pod = new MonitoredPod
        {
            Metadata = new V1ObjectMeta
            {
                Name = "orders-1",
                Labels = new Dictionary<string, string> { ["app"] = "orders", [WellKnownNames.MonitorLabel] = "orders" },
                Annotations = new Dictionary<string, string>
                {
                    ["k8s.v1.cni.cncf.io/network-status"] = "[{}]",
                    [WellKnownNames.InjectAnnotation] = "enabled",
                    [WellKnownNames.StatusAnnotation] = """{"monitor":"orders","hash":"x","ports":{"outbound":4591,"inbound":4592,"admin":4594}}""",
                },
            },
        };

        Assert.Equal([WellKnownNames.InjectAnnotation, WellKnownNames.StatusAnnotation], pod.Metadata.Annotations!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("orders-1", "orders", 4594, 2), (pod.Name, pod.InjectedBy, pod.Injection!.Ports.Admin, pod.Metadata.Labels!.Count));
    }

    [Fact]
    public void Pods_OfOneTemplate_ShareWhatIsEqual()
    {
        var (first, second, other) = (Pod("orders"), Pod("orders"), Pod("billing"));

        Assert.Same(first.Metadata.Labels, second.Metadata.Labels);
        Assert.Same(first.Metadata.Annotations, second.Metadata.Annotations);
        Assert.Same(first.Status!.Conditions, second.Status!.Conditions);
        Assert.Same(first.Status.ContainerStatuses, second.Status.ContainerStatuses);
        Assert.Equal("billing", other.Metadata.Labels!["app"]);
        Assert.True(first.IsReady);
        Assert.False(other.IsReady);

        static MonitoredPod Pod(string app) => new()
        {
            Metadata = new V1ObjectMeta
            {
                Labels = new Dictionary<string, string> { ["app"] = app, ["tier"] = "back" },
                Annotations = new Dictionary<string, string> { [WellKnownNames.InjectAnnotation] = "enabled" },
            },
            Status = new MonitoredPodStatus
            {
                Conditions = [new MonitoredPodCondition("Ready", app == "orders" ? "True" : "False")],
                ContainerStatuses = [new MonitoredContainer("main", new MonitoredContainerState(null))],
            },
        };
    }

    [Fact]
    public void Metadata_None_IsEmpty()
    {
        Assert.Equal("", new MonitoredPod { Metadata = null! }.Name);
        Assert.Null(new MonitoredPod().Injection);
    }
}
