using KafkaMesh.Operator.Diagnosis.Reading;

namespace KafkaMesh.Operator.Tests.Diagnosis;

public sealed class PodSecurityRefusalTests
{
    [Theory]
    [InlineData("baseline", """pods "p" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "kafkamesh-init" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add)""")]
    [InlineData("restricted", """pods "p" is forbidden: violates PodSecurity "restricted:v1.30": unrestricted capabilities (containers "istio-init", "kafkamesh-init" must not include "NET_ADMIN" in securityContext.capabilities.add)""")]
    [InlineData("baseline", """admission webhook "pod-security-webhook.kubernetes.io" denied the request: pods "p" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "kafkamesh-init" must not include "NET_ADMIN" in securityContext.capabilities.add)""")]
    public void LevelIn_RefusalOfTheInitContainer_IsTheLevel(string level, string message) => Assert.Equal(level, PodSecurityRefusal.LevelIn(message));

    [Theory]
    [InlineData("""pods "p" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "istio-init" must not include "NET_ADMIN" in securityContext.capabilities.add)""")]
    [InlineData("""pods "kafkamesh-init" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1""")]
    [InlineData("""pods is forbidden: User "jane" cannot create resource "pods" in API group "" in the namespace "demo" """)]
    [InlineData("""violates PodSecurity "strictest:latest": container "kafkamesh-init" """)]
    [InlineData("""violates PodSecurity "baseline""")]
    [InlineData("")]
    public void LevelIn_AnotherRefusal_IsNone(string message) => Assert.Null(PodSecurityRefusal.LevelIn(message));
}
