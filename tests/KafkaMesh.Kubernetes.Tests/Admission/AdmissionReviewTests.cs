using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Admission;

namespace KafkaMesh.Kubernetes.Tests.Admission;

/// <summary>What goes over the wire between API server and webhook.</summary>
public sealed class AdmissionReviewTests
{
    [Fact]
    public void Deserialize_ReviewOfARealServer_KeepsTheObjectAsItWas()
    {
        var json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "testdata", "admission-review.json"));

        var review = JsonSerializer.Deserialize(json, KubernetesJson.Default.AdmissionReview)!;

        Assert.Equal((AdmissionReview.V1, "CREATE", "Pod", "pods"), (review.ApiVersion, review.Request!.Operation, review.Request.Kind!.Kind, review.Request.Resource!.Resource));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json)!["request"]!["object"], review.Request.Object));
        Assert.False(string.IsNullOrEmpty(review.Request.Uid));
    }

    [Fact]
    public void AllowPatched_Operations_AreBase64InTheAnswer()
    {
        const string Patch = """[{"op":"add","path":"/metadata/labels/a","value":"b"}]""";

        var json = JsonNode.Parse(JsonSerializer.Serialize(AdmissionReview.Answer(AdmissionResponse.AllowPatched("u", Encoding.UTF8.GetBytes(Patch), "two\nlines")), KubernetesJson.Default.AdmissionReview))!;

        Assert.Equal("admission.k8s.io/v1", (string?)json["apiVersion"]);
        Assert.Equal(("u", true, "JSONPatch"), ((string?)json["response"]!["uid"], (bool)json["response"]!["allowed"]!, (string?)json["response"]!["patchType"]));
        Assert.Equal(Patch, Encoding.UTF8.GetString(Convert.FromBase64String((string)json["response"]!["patch"]!)));
        Assert.Equal("two lines", (string?)json["response"]!["warnings"]![0]);
    }

    [Fact]
    public void Allow_Unchanged_HasNoPatch()
    {
        var response = AdmissionResponse.Allow("u");

        Assert.True(response.Allowed);
        Assert.Null(response.Patch);
        Assert.Null(response.PatchType);
    }
}
