using System.Net;
using System.Text;
using KafkaMesh.Operator.Commands.OperatorApi;

namespace KafkaMesh.Operator.Tests.Commands.OperatorApi;

/// <summary>Answers that are no success, as API servers of several versions, the operator and others give them.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData(404, "application/json", """{"kind":"Status","message":"services \"kafkamesh-operator\" not found","reason":"NotFound","details":{"name":"kafkamesh-operator","kind":"services"},"code":404}""",
        69, "there is no Service kafkamesh-operator in namespace mesh: install KafkaMesh, or name the namespace that it is in with --operator-namespace")]
    [InlineData(503, "application/json", """{"kind":"Status","message":"no endpoints available for service \"kafkamesh-operator:dashboard\"","reason":"ServiceUnavailable","code":503}""",
        69, "no replica of the operator is ready (Service mesh/kafkamesh-operator: no endpoints available for service \"kafkamesh-operator:dashboard\"); kafkamesh check says why")]
    [InlineData(503, "application/json", """{"kind":"Status","message":"no service port \"dashboard\" found for service \"kafkamesh-operator\"","reason":"ServiceUnavailable","code":503}""",
        69, "the Service mesh/kafkamesh-operator has no port dashboard: the installation is older than this command; apply the manifests of this version again")]
    [InlineData(503, "application/json", """{"kind":"Status","message":"error trying to reach service: dial tcp 10.1.2.3:8081: connect: connection refused","reason":"ServiceUnavailable","code":503}""",
        69, "the operator runs, but its dashboard does not (error trying to reach service: dial tcp 10.1.2.3:8081: connect: connection refused): it may be switched off (KAFKAMESH_DASHBOARD=false in the Deployment mesh/kafkamesh-operator), or just starting")]
    [InlineData(503, "text/plain", "Error trying to reach service: 'dial tcp 10.1.2.3:8081: i/o timeout'",
        69, "the API server does not reach the operator: Error trying to reach service: 'dial tcp 10.1.2.3:8081: i/o timeout'; kafkamesh check says more")]
    [InlineData(403, "application/json", """{"kind":"Status","message":"services \"kafkamesh-operator:dashboard\" is forbidden: User \"eve\" cannot get resource \"services/proxy\" in API group \"\" in the namespace \"mesh\"","reason":"Forbidden","code":403}""",
        69, "Kubernetes does not let you reach the operator (services \"kafkamesh-operator:dashboard\" is forbidden: User \"eve\" cannot get resource \"services/proxy\" in API group \"\" in the namespace \"mesh\"); an administrator allows it with kubectl create rolebinding NAME -n mesh --role=kafkamesh-view --user=YOU")]
    [InlineData(401, "application/json", """{"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401}""", 69, "the API server does not know who you are: Unauthorized")]
    [InlineData(502, "text/html", "<html>\u001b[2J\r\nbad gateway", 69, "the API server does not reach the operator: <html>\uFFFD[2J bad gateway; kafkamesh check says more")]
    [InlineData(404, "application/problem+json", """{"status":404,"title":"Not Found","detail":"there is no KafkaMonitor a/b"}""", 1, "there is no KafkaMonitor a/b")]
    [InlineData(400, "application/problem+json", """{"status":400,"title":"Bad Request","detail":"the parameter api is wrong"}""", 64, "the parameter api is wrong")]
    [InlineData(503, "application/problem+json", """{"status":503,"title":"Service Unavailable","detail":"the leader cannot be reached; try again in a moment"}""", 69, "the leader cannot be reached; try again in a moment")]
    [InlineData(418, "application/problem+json", "nothing", 69, "the API server answered with 418: nothing")]
    public void Read_Refusal_IsOneSentenceWithTheCodeOfTheCommands(int status, string type, string body, int code, string sentence)
    {
        var error = new Refusal("mesh").Read((HttpStatusCode)status, type, Encoding.UTF8.GetBytes(body));

        Assert.Equal((code, sentence), (error.ExitCode, error.Message));
        Assert.False(error.WantsToken);
    }

    [Fact]
    public void Read_OperatorWantsAToken_SaysSo() =>
        Assert.True(new Refusal("mesh").Read(HttpStatusCode.Unauthorized, "application/problem+json", """{"status":401,"title":"Unauthorized","detail":"this needs a token"}"""u8.ToArray()).WantsToken);
}
