using KafkaMesh.Proxy.Otlp;

namespace KafkaMesh.Proxy.Tests.Otlp;

public class OtlpEnvironmentTests
{
    [Theory]
    [InlineData("")]
    [InlineData("OTEL_SERVICE_NAME=x")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_SDK_DISABLED=True")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_METRICS_EXPORTER=none")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_METRICS_EXPORTER=prometheus")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4318")]
    public void Read_NotAskedFor_IsNothingWithoutWarning(string environment)
    {
        Assert.Null(Read(environment, out var warnings));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", "http://c:4318/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://c/base/", "https://c/base/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c:4318", "http://c:4318/")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c/m?a=b OTEL_EXPORTER_OTLP_ENDPOINT=http://d", "http://c/m?a=b")]
    [InlineData("OTEL_METRICS_EXPORTER=otlp", "http://localhost:4318/v1/metrics")]
    [InlineData("OTEL_METRICS_EXPORTER=prometheus,otlp OTEL_SDK_DISABLED=false", "http://localhost:4318/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://[::1]:4318 OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "http://[::1]:4318/v1/metrics")]
    public void Read_Endpoint_IsAsTheSpecificationSays(string environment, string endpoint)
    {
        Assert.Equal(endpoint, Read(environment, out var warnings)!.Endpoint.AbsoluteUri);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Read_Everything_IsTaken()
    {
        var settings = Read(
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=api-key=a%20b,X=%3D= OTEL_EXPORTER_OTLP_TIMEOUT=1500 OTEL_EXPORTER_OTLP_METRICS_COMPRESSION=gzip "
            + "OTEL_METRIC_EXPORT_INTERVAL=5000 OTEL_RESOURCE_ATTRIBUTES=a=b,service.name=no,c=d%2Ce OTEL_SERVICE_NAME=orders "
            + "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=Cumulative",
            out var warnings)!;
        Assert.Empty(warnings);
        Assert.Equal([new("api-key", "a b"), new("X", "==")], settings.Headers);
        Assert.Equal([new("a", "b"), new("c", "d,e"), new("service.name", "orders")], settings.Resource);
        Assert.Equal((1.5, 5, true), (settings.Timeout.TotalSeconds, settings.Interval.TotalSeconds, settings.IsCompressed));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_PROTOCOL: the protocol grpc is not spoken here, so no metrics are pushed; there is http/protobuf, and /metrics can be pulled always")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: the protocol http/json is not spoken here, so no metrics are pushed; there is http/protobuf, and /metrics can be pulled always")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=collector:4318", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no http or https address, so no metrics are pushed; for instance http://localhost:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/only/a/path", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no http or https address, so no metrics are pushed; for instance http://localhost:4318")]
    [InlineData("OTEL_METRICS_EXPORTER=console", "OTEL_METRICS_EXPORTER: the exporter console is not known; there is otlp, and /metrics can be pulled always")]
    public void Read_WhatCannotBe_IsNothingWithOneSentence(string environment, string warning)
    {
        Assert.Null(Read("OTEL_EXPORTER_OTLP_ENDPOINT=http://c " + environment, out var warnings));
        Assert.Equal([warning], warnings);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT=soon", "OTEL_EXPORTER_OTLP_TIMEOUT has no effect; it must be a number of milliseconds, at least 1, and is taken to be 10000")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL=0", "OTEL_METRIC_EXPORT_INTERVAL has no effect; it must be a number of milliseconds, at least 1, and is taken to be 60000")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=secret", "OTEL_EXPORTER_OTLP_HEADERS has no effect; it must be like name=value,name=value, percent-encoded")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION=zstd", "OTEL_EXPORTER_OTLP_COMPRESSION: zstd has no effect; there is gzip and none")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: delta has no effect; figures are cumulative always")]
    public void Read_WrongSetting_HasNoEffectAndIsNamed(string environment, string warning)
    {
        var settings = Read("OTEL_EXPORTER_OTLP_ENDPOINT=http://c " + environment, out var warnings)!;
        Assert.Equal([warning], warnings);
        Assert.Equal((10, 60, false), (settings.Timeout.TotalSeconds, settings.Interval.TotalSeconds, settings.IsCompressed));
        Assert.Empty(settings.Headers);
    }

    private static OtlpSettings? Read(string environment, out IReadOnlyList<string> warnings)
    {
        // The last of equal names counts, as in a shell.
        var variables = new Dictionary<string, string>();
        foreach (var variable in environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=', 2)))
            variables[variable[0]] = variable[1];
        return OtlpEnvironment.Read(variables, out warnings);
    }
}
