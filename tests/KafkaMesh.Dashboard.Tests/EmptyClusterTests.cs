using KafkaMesh.Operator.Tests.Dashboard;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>Before there is any monitor, and after one is deleted while it is looked at.</summary>
public sealed class EmptyClusterTests(DashboardFixture fixture, Browser browser) : IClassFixture<DashboardFixture>
{
    [Fact]
    public async Task Overview_FromTheFirstMonitorToItsEnd_SaysWhatIsTheCase()
    {
        await using var page = await browser.OpenAsync(new Uri(fixture.Client().BaseAddress!, "/"));
        await page.GoAsync("/");
        await page.Page.GetByText("There is no KafkaMonitor yet").WaitForAsync();
        foreach (var look in Look.All)
        {
            await page.Page.SetViewportSizeAsync(look.Width, look.Height);
            await page.ScreenshotAsync("empty-" + look.Name);
            await page.AssertFitsAsync("no monitors, " + look.Name);
            await page.AssertAccessibleAsync("no monitors, " + look.Name);
        }

        await fixture.ApplyMonitorAsync("browser-first");
        await page.Page.Locator("[data-monitor='browser-first/orders']").WaitForAsync();
        await page.GoAsync("/monitors/browser-first/orders");
        await page.Page.Locator("main").GetByText("No pods").First.WaitForAsync();
        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", "orders", "-n", "browser-first");
        await page.Page.GetByText("This monitor was deleted.").WaitForAsync();
        await page.GoAsync("/");
        await page.Page.GetByText("There is no KafkaMonitor yet").WaitForAsync();
        page.AssertQuietSave404("namespaces/browser-first/monitors/orders");
    }
}
