"""The addresses of the shop."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path
from django.views.generic.base import RedirectView

from deploy import endpoints, health
from deploy.media import stored_file
from schema.catalog.thumbnail_view import thumbnail
from schema.catalog.upload_view import upload_file, upload_picture
from schema.feeds import views as feeds
from schema.importing.download import private_file
from schema.view import view_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("graphql/", view_of(endpoints.STOREFRONT), name="storefront-graphql"),
    path("graphql/admin/", view_of(endpoints.ADMIN), name="admin-graphql"),
    path("thumbnail/<uuid:owner_id>/<int:size>/<str:format>/", thumbnail, name="thumbnail"),
    path("upload/file/", upload_file, name="upload-file"),
    path("upload/picture/", upload_picture, name="upload-picture"),
    path("sitemap.xml", feeds.sitemap_of_shop, name="sitemap"),
    path("sitemap/<slug:channel>.xml", feeds.sitemap_of_channel, name="sitemap-of-channel"),
    path("sitemap/<slug:channel>/<slug:kind>-<int:number>.xml", feeds.sitemap_part, name="sitemap-part"),
    path("feeds/<slug:channel>/google.xml", feeds.google_feed, name="google-feed"),
    path("media/<path:name>", stored_file, name="media"),
    path("favicon.ico", RedirectView.as_view(url="/static/explorer/handcart.svg", permanent=True)),
    path("files/<str:token>/", private_file, name="private-file"),
    path("admin/", admin.site.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
]
