using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Admission.Conditions;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates MutatingWebhookConfigurations with the sentences of admission-config.</summary>
internal static class WebhookRules
{
    private const string UrlShape = "; desired format: https://host[/path]";

    /// <summary>Validates every webhook of a configuration.</summary>
    public static void Validate(JsonObject obj, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var webhook in obj.Items("webhooks"))
        {
            var at = $"webhooks[{index++}]";
            var name = webhook.Text("name");
            if (name.Split('.') is { Length: < 3 } || NameRules.DnsSubdomain(name).Any())
            {
                errors.Add(FieldError.Invalid($"{at}.name", name, "should be a domain with at least three segments separated by dots"));
            }

            if (!names.Add(name))
            {
                errors.Add(FieldError.Duplicate($"{at}.name", name));
            }

            Webhook(webhook, at, errors);
        }
    }

    private static void Webhook(JsonObject webhook, string at, List<FieldError> errors)
    {
        Rules(webhook, at, errors);
        Supported(webhook, "failurePolicy", at, ["Fail", "Ignore"], errors);
        Supported(webhook, "matchPolicy", at, ["Equivalent", "Exact"], errors);
        if (webhook["sideEffects"] is null)
        {
            errors.Add(FieldError.Required($"{at}.sideEffects", "must specify one of None, NoneOnDryRun"));
        }

        Supported(webhook, "sideEffects", at, ["None", "NoneOnDryRun"], errors);
        if (webhook.Integer("timeoutSeconds") is < 1 or > 30)
        {
            errors.Add(FieldError.Invalid($"{at}.timeoutSeconds", webhook.Integer("timeoutSeconds"), "the timeout value must be between 1 and 30 seconds"));
        }

        Versions(webhook, at, errors);
        Supported(webhook, "reinvocationPolicy", at, ["IfNeeded", "Never"], errors);
        SelectorRules.Validate(webhook.Map("namespaceSelector"), $"{at}.namespaceSelector", errors);
        SelectorRules.Validate(webhook.Map("objectSelector"), $"{at}.objectSelector", errors);
        MatchConditionRules.Validate(webhook, at, errors);
        Client(webhook.Map("clientConfig"), $"{at}.clientConfig", errors);
    }

    private static void Versions(JsonObject webhook, string at, List<FieldError> errors)
    {
        var versions = webhook.Texts("admissionReviewVersions");
        if (versions.Count == 0)
        {
            errors.Add(FieldError.Required($"{at}.admissionReviewVersions", "must specify one of v1, v1beta1"));
        }
        else if (!versions.Any(v => v is "v1" or "v1beta1"))
        {
            errors.Add(FieldError.Invalid($"{at}.admissionReviewVersions", webhook["admissionReviewVersions"]!.DeepClone(), "must include at least one of v1, v1beta1"));
        }
    }

    private static void Rules(JsonObject webhook, string at, List<FieldError> errors)
    {
        var index = 0;
        foreach (var rule in webhook.Items("rules"))
        {
            var path = $"{at}.rules[{index++}]";
            foreach (var (field, what) in new[] { ("apiGroups", "API groups"), ("apiVersions", "API versions"), ("operations", "operations") })
            {
                var values = rule.Texts(field);
                if (values.Count == 0)
                {
                    errors.Add(FieldError.Required($"{path}.{field}"));
                }
                else if (values.Count > 1 && values.Contains("*"))
                {
                    errors.Add(FieldError.Invalid($"{path}.{field}", rule[field]!.DeepClone(), $"if '*' is present, must not specify other {what}"));
                }
            }

            for (var i = 0; i < rule.Texts("operations").Count; i++)
            {
                if (rule.Texts("operations")[i] is not ("*" or "CONNECT" or "CREATE" or "DELETE" or "UPDATE"))
                {
                    errors.Add(FieldError.NotSupported($"{path}.operations[{i}]", rule.Texts("operations")[i], ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]));
                }
            }

            Resources(rule, path, errors);
            Supported(rule, "scope", path, ["*", "Cluster", "Namespaced"], errors);
        }
    }

    private static void Resources(JsonObject rule, string path, List<FieldError> errors)
    {
        var resources = rule.Texts("resources");
        if (resources.Count == 0)
        {
            errors.Add(FieldError.Required($"{path}.resources"));
        }

        if (resources.Count > 1 && resources.Contains("*/*"))
        {
            errors.Add(FieldError.Invalid($"{path}.resources", rule["resources"]!.DeepClone(), "if '*/*' is present, must not specify other resources"));
        }
    }

    private static void Client(JsonObject? client, string at, List<FieldError> errors)
    {
        var url = client?["url"] is null ? null : client.Text("url");
        var service = client.Map("service");
        if ((url is null) == (service is null))
        {
            errors.Add(FieldError.Required(at, "exactly one of url or service is required"));
        }
        else if (url is not null)
        {
            Url(url, $"{at}.url", errors);
        }
        else
        {
            Service(service!, $"{at}.service", errors);
        }
    }

    private static void Url(string text, string at, List<FieldError> errors)
    {
        if (text.StartsWith("https:///", StringComparison.Ordinal))
        {
            errors.Add(FieldError.Invalid(at, "", "host must be specified" + UrlShape));
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !text.Contains("://", StringComparison.Ordinal))
        {
            errors.Add(FieldError.Required(at, $"url must be a valid URL: parse {GoText.Quote(text)}: first path segment in URL cannot contain colon{UrlShape}"));
            return;
        }

        if (url.Scheme != "https")
        {
            errors.Add(FieldError.Invalid(at, url.Scheme, "'https' is the only allowed URL scheme" + UrlShape));
        }

        if (url.UserInfo.Length > 0)
        {
            errors.Add(FieldError.Invalid(at, url.UserInfo, "user information is not permitted in the URL"));
        }

        if (url.Fragment.Length > 0)
        {
            errors.Add(FieldError.Invalid(at, url.Fragment[1..], "fragments are not permitted in the URL"));
        }

        if (url.Query.Length > 0)
        {
            errors.Add(FieldError.Invalid(at, url.Query[1..], "query parameters are not permitted in the URL"));
        }
    }

    private static void Service(JsonObject service, string at, List<FieldError> errors)
    {
        foreach (var field in new[] { "name", "namespace" }.Where(f => service.Text(f).Length == 0))
        {
            errors.Add(FieldError.Required($"{at}.{field}", $"service {field} is required"));
        }

        if (service["path"] is not null && service.Text("path") is var path && !path.StartsWith('/'))
        {
            errors.Add(FieldError.Invalid($"{at}.path", path, "must start with a '/'"));
            errors.Add(FieldError.Invalid($"{at}.path", path, "segment[0] may not be empty"));
        }

        if (service.Integer("port") is < 1 or > 65535)
        {
            errors.Add(FieldError.Invalid($"{at}.port", service.Integer("port"), "port is not valid: must be between 1 and 65535, inclusive"));
        }
    }

    private static void Supported(JsonObject owner, string field, string at, string[] supported, List<FieldError> errors)
    {
        if (owner[field] is { } value && !supported.Contains(owner.Text(field)))
        {
            errors.Add(FieldError.NotSupported($"{at}.{field}", value.DeepClone(), supported));
        }
    }
}
