using System.Text;
using System.Text.Json;
using KafkaMesh.Kubernetes;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Admission;

public sealed class DecisionMemoryTests
{
    private const int Rounds = 50;

    [Theory]
    [InlineData("deployment-native", 52)]
    [InlineData("statefulset", 52)]
    public void Decide_PodAsItArrives_LeavesLittleForTheCollector(string name, int kilobytes)
    {
        // Each pause of the collector holds up every admission of that moment: how often it comes is what an admission allocates.
        var test = PodCase.Load(name);
        var arrived = Encoding.UTF8.GetBytes(test.Input["pod"]!.ToJsonString());
        var request = test.Request();
        for (var i = 0; i < Rounds; i++)
            Decide();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
            Decide();

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds / 1024.0, 1, kilobytes);

        void Decide()
        {
            var pod = JsonSerializer.Deserialize(arrived, KubernetesJson.Default.JsonObject)!;
            Assert.NotEmpty(InjectionEngine.Decide(request with { Pod = pod }).PatchDocument());
        }
    }
}
