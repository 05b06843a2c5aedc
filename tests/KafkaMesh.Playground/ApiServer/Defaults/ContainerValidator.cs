using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates the containers of a pod spec with the sentences of a real API server.</summary>
internal sealed class ContainerValidator(List<FieldError> errors, IReadOnlySet<string> volumes)
{
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];
    private static readonly string[] ProbeHandlers = ["exec", "httpGet", "tcpSocket", "grpc"];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Validates one list of containers; <paramref name="isInit"/> for init containers.</summary>
    public void Validate(IEnumerable<JsonObject> containers, string path, bool isInit)
    {
        var index = 0;
        foreach (var container in containers)
        {
            Container(container, $"{path}[{index++}]", isInit);
        }
    }

    private void Container(JsonObject container, string path, bool isInit)
    {
        Name(container, path);
        var image = container.Text("image");
        if (image.Length == 0)
        {
            errors.Add(FieldError.Required($"{path}.image"));
        }
        else if (image.Trim() != image)
        {
            errors.Add(FieldError.Invalid($"{path}.image", image, "must not have leading or trailing whitespace"));
        }

        Ports(container, path);
        Environment(container, path);
        Mounts(container, path);
        Supported(container, "imagePullPolicy", path, PullPolicies);
        Supported(container, "terminationMessagePolicy", path, ["FallbackToLogsOnError", "File"]);
        Resources(container, path);
        Supported(container, "restartPolicy", path, ["Always", "Never", "OnFailure"]);
        Probes(container, path, isInit && container.Text("restartPolicy") != "Always");
        User(container, path);
    }

    private void Name(JsonObject container, string path)
    {
        var name = container.Text("name");
        if (name.Length == 0)
        {
            errors.Add(FieldError.Required($"{path}.name"));
            return;
        }

        errors.AddRange(NameRules.DnsLabel(name).Select(e => FieldError.Invalid($"{path}.name", name, e)));
        if (!_names.Add(name))
        {
            errors.Add(FieldError.Duplicate($"{path}.name", name));
        }
    }

    private void Ports(JsonObject container, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var port in container.Items("ports"))
        {
            var at = $"{path}.ports[{index++}]";
            var name = port.Text("name");
            if (name.Length > 0)
            {
                errors.AddRange(NameRules.PortName(name).Select(e => FieldError.Invalid($"{at}.name", name, e)));
                if (!names.Add(name))
                {
                    errors.Add(FieldError.Duplicate($"{at}.name", name));
                }
            }

            if (port.Integer("containerPort") is not { } number || number == 0)
            {
                errors.Add(FieldError.Required($"{at}.containerPort"));
            }
            else if (number is < 1 or > 65535)
            {
                errors.Add(FieldError.Invalid($"{at}.containerPort", number, "must be between 1 and 65535, inclusive"));
            }

            if (port.Integer("hostPort") is < 0 or > 65535)
            {
                errors.Add(FieldError.Invalid($"{at}.hostPort", port.Integer("hostPort"), "must be between 1 and 65535, inclusive"));
            }

            Supported(port, "protocol", at, ["SCTP", "TCP", "UDP"]);
        }
    }

    private void Environment(JsonObject container, string path)
    {
        var index = 0;
        foreach (var variable in container.Items("env"))
        {
            var at = $"{path}.env[{index++}]";
            var name = variable.Text("name");
            errors.AddRange(name.Length == 0
                ? [FieldError.Required($"{at}.name")]
                : NameRules.EnvironmentVariable(name).Select(e => FieldError.Invalid($"{at}.name", name, e)));
            if (variable.Map("valueFrom") is not { } source)
            {
                continue;
            }

            if (source.Count == 0)
            {
                errors.Add(FieldError.Invalid($"{at}.valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"));
            }
            else if (variable.Text("value").Length > 0)
            {
                errors.Add(FieldError.Invalid($"{at}.valueFrom", "", "may not be specified when `value` is not empty"));
            }
            else if (source.Count > 1)
            {
                errors.Add(FieldError.Invalid($"{at}.valueFrom", "", "may not have more than one field specified at a time"));
            }
        }
    }

    private void Mounts(JsonObject container, string path)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var mount in container.Items("volumeMounts"))
        {
            var at = $"{path}.volumeMounts[{index++}]";
            var name = mount.Text("name");
            if (name.Length == 0)
            {
                errors.Add(FieldError.Required($"{at}.name"));
            }

            if (!volumes.Contains(name))
            {
                errors.Add(FieldError.NotFound($"{at}.name", name));
            }

            var target = mount.Text("mountPath");
            if (target.Length == 0)
            {
                errors.Add(FieldError.Required($"{at}.mountPath"));
            }

            if (!paths.Add(target))
            {
                errors.Add(FieldError.Invalid($"{at}.mountPath", target, "must be unique"));
            }
        }
    }

    private void Resources(JsonObject container, string path)
    {
        var limits = container.Map("resources").Map("limits");
        foreach (var list in new[] { "limits", "requests" })
        {
            foreach (var (name, value) in container.Map("resources").Map(list) ?? [])
            {
                var at = $"{path}.resources.{list}[{name}]";
                var amount = Quantity.Parse(value?.ToString() ?? "");
                if (amount is < 0)
                {
                    errors.Add(FieldError.Invalid(at, value?.DeepClone(), "must be greater than or equal to 0"));
                }
                else if (list == "requests" && limits?[name]?.ToString() is { } limit && amount > Quantity.Parse(limit))
                {
                    errors.Add(FieldError.Invalid($"{path}.resources.requests", value?.DeepClone(), $"must be less than or equal to {name} limit of {limit}"));
                }
            }
        }
    }

    private void Probes(JsonObject container, string path, bool areForbidden)
    {
        foreach (var name in new[] { "lifecycle", "livenessProbe", "readinessProbe", "startupProbe" })
        {
            if (container.Map(name) is not { } probe)
            {
                continue;
            }

            if (areForbidden)
            {
                errors.Add(FieldError.Forbidden($"{path}.{name}", "may not be set for init containers without restartPolicy=Always"));
            }
            else if (name != "lifecycle")
            {
                Probe(probe, $"{path}.{name}", name);
            }
        }
    }

    private void Probe(JsonObject probe, string path, string name)
    {
        var handlers = ProbeHandlers.Count(probe.ContainsKey);
        if (handlers == 0)
        {
            errors.Add(FieldError.Required(path, "must specify a handler type"));
        }
        else if (handlers > 1)
        {
            errors.Add(FieldError.Forbidden($"{path}.{ProbeHandlers.Last(probe.ContainsKey)}", "may not specify more than 1 handler type"));
        }

        foreach (var field in new[] { "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold" })
        {
            if (probe.Integer(field) is < 0)
            {
                errors.Add(FieldError.Invalid($"{path}.{field}", probe.Integer(field), "must be greater than or equal to 0"));
            }
        }

        if (name != "readinessProbe" && probe.Integer("successThreshold") is { } threshold && threshold != 1)
        {
            errors.Add(FieldError.Invalid($"{path}.successThreshold", threshold, "must be 1"));
        }
    }

    private void User(JsonObject container, string path)
    {
        foreach (var field in new[] { "runAsUser", "runAsGroup" })
        {
            if (container.Map("securityContext").Integer(field) is < 0 or > int.MaxValue)
            {
                errors.Add(FieldError.Invalid($"{path}.securityContext.{field}", container.Map("securityContext")![field]!.DeepClone(), "must be between 0 and 2147483647, inclusive"));
            }
        }
    }

    private void Supported(JsonObject owner, string field, string path, string[] supported)
    {
        if (owner[field] is not null && !supported.Contains(owner.Text(field)))
        {
            errors.Add(FieldError.NotSupported($"{path}.{field}", owner[field]!.DeepClone(), supported));
        }
    }
}
